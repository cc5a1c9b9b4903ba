package io.granary.bridge.chain;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.NetworkBridgeSettings;
import java.net.URI;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The module's own settings with what a test wants otherwise. */
final class TestSettings {
  private TestSettings() {}

  /** Settings for {@code urls}; {@code overrides} are HOCON lines below the chain section. */
  static NetworkBridgeSettings of(String overrides, URI... urls) {
    String nodes =
        Arrays.stream(urls)
            .map(url -> "{ url = \"" + url + "\" }")
            .collect(Collectors.joining(", "));
    Config config =
        ConfigFactory.parseString(
            "granary.network-bridge.chain {\n address-prefix = t\n nodes = ["
                + nodes
                + "]\n"
                + overrides
                + "\n}");
    return NetworkBridgeSettings.from(config.withFallback(ConfigFactory.defaultReference()));
  }
}
