package io.granary.bridge.libp2p.limit;

import com.typesafe.config.ConfigFactory;

/** Limits for tests: those of reference.conf, with what a test changes. */
public final class LimitFixtures {
  private LimitFixtures() {}

  /** {@code changes} are keys of {@code limits}, HOCON. */
  public static LimitSettings limits(String changes) {
    return LimitSettings.from(
        ConfigFactory.parseString(changes)
            .withFallback(ConfigFactory.load().getConfig("granary.network-bridge.libp2p.limits"))
            .resolve());
  }
}
