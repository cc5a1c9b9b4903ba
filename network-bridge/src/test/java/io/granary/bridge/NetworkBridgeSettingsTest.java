package io.granary.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkBridgeSettingsTest {
  private static final String CHAIN = "granary.network-bridge.chain.";

  @Test
  void readsEveryKey_whenOnlyTheDefaultsAreThere() {
    NetworkBridgeSettings settings = NetworkBridgeSettings.from(ConfigFactory.defaultReference());
    assertThat(settings.nodes().get(0).url()).isEqualTo(URI.create("http://127.0.0.1:1234/rpc/v1"));
    assertThat(settings.nodes().get(0).tokenFile()).isEmpty();
    assertThat(settings.requestTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.answerBytesMax()).isEqualTo(256 << 20);
    assertThat(settings.watch().pollsPerEpoch()).isEqualTo(3);
    assertThat(settings.quickTimeout()).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void readsNodes_whenSeveralAreNamed() {
    NetworkBridgeSettings settings =
        from(
            CHAIN
                + "nodes = [{ url = \"https://a.example/rpc/v1\", token-file = \"/t\" },"
                + " { url = \"http://b.example:1/rpc/v1\" }]");
    assertThat(settings.nodes()).hasSize(2);
    assertThat(settings.nodes().get(0).webSocketUrl())
        .isEqualTo(URI.create("wss://a.example/rpc/v1"));
    assertThat(settings.nodes().get(0).tokenFile()).contains(Path.of("/t"));
    assertThat(settings.nodes().get(1).webSocketUrl())
        .isEqualTo(URI.create("ws://b.example:1/rpc/v1"));
  }

  @ParameterizedTest
  @CsvSource({
    "nodes, []",
    "nodes.url, 'nodes = [{ url = \"ftp://a.example/\" }]'",
    "address-prefix, x",
    "connect-timeout, 0s",
    "requests-in-flight-max, 0",
    "requests-waiting-max, -1",
    "answer-bytes-max, 4 GiB",
    "answers-kept-max, -1",
    "follow.reconnect-max, 1ms",
    "follow.reconnect-jitter, 1.5",
    "follow.catch-up-epochs, 0",
    "quick-timeout, 0s",
    "tries-max, 0",
    "hedge.times, 0.5",
    "nonce-wait, 0s",
    "watch.poll-max, 1ms",
    "watch.lag-epochs-max, 0",
    "watch.answer-times-kept, 0"
  })
  void namesTheKey_whenAValueIsOutOfRange(String key, String value) {
    String line = value.startsWith("nodes") ? CHAIN + value : CHAIN + key + " = " + value;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> from(line))
        .withMessageStartingWith(CHAIN + key + ": ");
  }

  private static NetworkBridgeSettings from(String line) {
    Config config = ConfigFactory.parseString(line);
    return NetworkBridgeSettings.from(config.withFallback(ConfigFactory.defaultReference()));
  }
}
