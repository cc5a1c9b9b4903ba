package io.granary.ops.deal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

class PublishingSettingsTest {
  private static Config with(String setting) {
    return ConfigFactory.load(ConfigFactory.parseString(setting));
  }

  @Test
  void readsTheDefaults() {
    assertThat(PublishingSettings.from(with("")).publish().confidenceEpochs()).isEqualTo(10);
  }

  @Test
  void refusesAConfidence_thatIsLessThanTheSenders() {
    assertThatThrownBy(
            () -> PublishingSettings.from(with("granary.deals.publish.confidence-epochs = 4")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "granary.deals.publish.confidence-epochs: 4 is less than"
                + " granary.sharding.sender.confidence-epochs, 5");
  }
}
