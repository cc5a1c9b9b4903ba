package io.granary.bridge.deal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DealEndpointSettingsTest {
  private static final String PATH = "granary.network-bridge.deals.";

  private static DealEndpointSettings of(String changes) {
    return DealEndpointSettings.from(
        ConfigFactory.parseString(changes).withFallback(ConfigFactory.load()).resolve());
  }

  @Test
  void defaultsAnswerWithinTheTimeThatClientsWait() {
    DealEndpointSettings settings = of("");
    assertThat(settings.answerLimit().plus(settings.writeLimit()).toSeconds()).isLessThan(60);
    assertThat(settings.transports()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "requests-max, 0",
    "requests-per-peer-max, 0",
    "desk-in-flight-max, -1",
    "request-bytes-max, 5 MiB",
    "request-bytes-max, 0",
    "read-limit, 0s",
    "answer-limit, 0s",
    "write-limit, 0s",
    "linger-limit, 0s"
  })
  void namesTheKey_whenAValueIsOutOfRange(String key, String value) {
    assertThatThrownBy(() -> of(PATH + key + " = " + value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(PATH + key);
  }

  @ParameterizedTest
  @CsvSource({
    "bitswap, /dns4/sp.example/tcp/443/https, .name",
    "https, /dns4/sp.example/tcp/80/http, .addresses",
    "http, /ip4/192.0.2.1/tcp/4001, .addresses",
    "http, nonsense, .addresses"
  })
  void namesTheKey_whenATransportCannotBeUsed(String name, String address, String key) {
    String transports = "[{ name = " + name + ", addresses = [\"" + address + "\"] }]";
    assertThatThrownBy(() -> of(PATH + "retrieval-transports = " + transports))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(PATH + "retrieval-transports" + key);
  }
}
