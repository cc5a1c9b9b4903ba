package io.granary.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.sender.MessagePurpose;
import org.junit.jupiter.api.Test;

class ShardingSettingsTest {
  private static Config with(String line) {
    return ConfigFactory.parseString(line).withFallback(ConfigFactory.load());
  }

  @Test
  void readsEverySection_fromReferenceConf() {
    ShardingSettings settings = ShardingSettings.from(ConfigFactory.load());
    assertThat(settings.sender().fees()).containsOnlyKeys(MessagePurpose.values());
    assertThat(settings.sender().fees(MessagePurpose.WINDOW_POST).max())
        .isEqualTo(TokenAmount.ofFil(5));
    assertThat(settings.deadline().challengeConfidence()).isEqualTo(1);
    assertThat(settings.ticker().tickAgain()).isPositive();
  }

  @Test
  void namesTheKey_whenAFeeIsNoAmount() {
    assertThatThrownBy(
            () -> ShardingSettings.from(with("granary.sharding.sender.fees.commit.max = lots")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("granary.sharding.sender.fees.commit.max");
  }

  @Test
  void refusesBounds_thatWouldStopTheSender() {
    assertThatThrownBy(() -> ShardingSettings.from(with("granary.sharding.sender.pricing-max = 0")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1");
  }
}
