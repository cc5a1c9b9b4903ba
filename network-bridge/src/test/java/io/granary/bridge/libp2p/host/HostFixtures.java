package io.granary.bridge.libp2p.host;

import com.typesafe.config.ConfigFactory;
import io.granary.bridge.libp2p.Libp2pSettings;

/** Settings for hosts of tests. */
final class HostFixtures {
  private HostFixtures() {}

  /** The defaults with {@code changes}, HOCON of the section of libp2p. */
  static Libp2pSettings settings(String changes) {
    return Libp2pSettings.from(
        ConfigFactory.parseString("granary.network-bridge.libp2p { " + changes + " }")
            .withFallback(ConfigFactory.load())
            .resolve());
  }
}
