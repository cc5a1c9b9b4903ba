package io.granary.sharding.sector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.granary.protocol.sector.SectorPolicy;
import org.junit.jupiter.api.Test;

class SectorSettingsTest {
  @Test
  void areTheDefaults_whenNothingIsConfigured() {
    assertThat(SectorSettings.from(ConfigFactory.load()).policy()).isEqualTo(SectorPolicy.DEFAULT);
  }

  @Test
  void nameTheKeyAndWhatItMayBe_whenTheRuleForUnsealedCopiesIsUnknown() {
    assertThat(SectorSettings.from(ConfigFactory.load()).keepUnsealed())
        .isEqualTo(KeepUnsealed.AS_DEALS_SAY);
    assertThatThrownBy(
            () ->
                SectorSettings.from(
                    ConfigFactory.parseString("granary.sharding.sector.keep-unsealed = never")
                        .withFallback(ConfigFactory.load())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keep-unsealed")
        .hasMessageContaining("as-deals-say")
        .hasMessageContaining("always");
  }

  @Test
  void nameTheKey_whenABoundIsWrong() {
    assertThatThrownBy(
            () ->
                SectorSettings.from(
                    ConfigFactory.parseString("granary.sharding.sector.looks-per-tick-max = 0")
                        .withFallback(ConfigFactory.load())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("looks-per-tick-max");
  }
}
