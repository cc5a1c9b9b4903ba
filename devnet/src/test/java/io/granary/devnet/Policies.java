package io.granary.devnet;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.devnet.policy.ChainPolicy;

/** The profiles of reference.conf and variants for tests. */
public final class Policies {
  private Policies() {}

  /** The constants of the demo profile. */
  public static ChainPolicy demo() {
    return with("");
  }

  /** The demo profile with {@code constants} replaced, as in {@code "fault-max-age = 90"}. */
  public static ChainPolicy with(String constants) {
    return settings("granary.devnet.chain { " + constants + " }").policy();
  }

  /** Settings of reference.conf with {@code overrides} on top. */
  public static DevnetSettings settings(String overrides) {
    Config config =
        ConfigFactory.parseString(overrides)
            .withFallback(ConfigFactory.defaultReference())
            .resolve();
    return DevnetSettings.from(config);
  }
}
