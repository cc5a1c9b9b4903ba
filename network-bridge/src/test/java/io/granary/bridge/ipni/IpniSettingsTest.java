package io.granary.bridge.ipni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpniSettingsTest {
  private static final String PATH = "granary.network-bridge.retrieval.ipni.";

  @Test
  void isOff_whenOnlyTheDefaultsAreThere() {
    IpniSettings settings = IpniSettings.from(ConfigFactory.defaultReference());
    assertThat(settings.enabled()).isFalse();
    assertThat(settings.indexers()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "addresses, 'enabled = on'",
    "addresses, 'addresses = [nonsense]'",
    "indexers, 'indexers = [\"ftp://a.example/\"]'",
    "indexers, 'indexers = [\"no url\"]'",
    "topic, 'topic = \" \"'",
    "announce-limit, 'announce-limit = 0s'",
    "remove-after, 'remove-after = 0s'",
  })
  void namesTheKey_whenItsValueIsOutOfRange(String key, String line) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                IpniSettings.from(
                    ConfigFactory.parseString(PATH + line)
                        .withFallback(ConfigFactory.defaultReference())
                        .resolve()))
        .withMessageContaining(PATH + key);
  }
}
