package io.granary.sharding.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.sender.MessagePurpose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PurposeFeesTest {
  private static final SenderSettings DEFAULTS = SenderSettings.from(ConfigFactory.load());
  private static final PurposeFees POST = DEFAULTS.fees(MessagePurpose.WINDOW_POST);

  /** Of a window of 60 epochs the last 20 are urgent; from their middle on all may be paid. */
  @ParameterizedTest
  @CsvSource({"60,1.0,false", "20,1.0,false", "15,3.0,true", "10,5.0,true", "0,5.0,true"})
  void amountGrowsTowardsTheClose_forAProof(long left, double fil, boolean urgent) {
    Terms terms = POST.terms(new Epoch(100), new Epoch(100 - left));
    assertThat(terms.allowed().atto().doubleValue() / 1e18).isEqualTo(fil);
    assertThat(terms.urgent()).isEqualTo(urgent);
  }

  @Test
  void neverShrinksUntilItsEnd_forAnyPurpose() {
    for (MessagePurpose purpose : MessagePurpose.values()) {
      PurposeFees fees = DEFAULTS.fees(purpose);
      TokenAmount before = TokenAmount.ZERO;
      for (long now = 0; now <= 100; now++) {
        TokenAmount allowed = fees.terms(new Epoch(100), new Epoch(now)).allowed();
        assertThat(allowed).isGreaterThanOrEqualTo(before).isLessThanOrEqualTo(fees.max());
        before = allowed;
      }
      assertThat(before).isEqualTo(fees.max());
    }
  }

  @Test
  void isCalmAgain_whenItsLastUsefulEpochHasPassed() {
    assertThat(POST.terms(new Epoch(100), new Epoch(101)).allowed()).isEqualTo(POST.calmMax());
  }

  @Test
  void aProofMayPayFarMoreThanSealing_byDefault() {
    assertThat(POST.max()).isGreaterThan(DEFAULTS.fees(MessagePurpose.PRE_COMMIT).max().times(10));
  }

  @Test
  void refusesAPurpose_thatMayPayMoreCalmThanUrgent() {
    assertThatThrownBy(
            () ->
                SenderSettings.from(
                    ConfigFactory.parseString(
                            "granary.sharding.sender.fees.fault.calm-max = \"600000000000000000\"")
                        .withFallback(ConfigFactory.load())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("granary.sharding.sender.fees.fault.calm-max");
  }
}
