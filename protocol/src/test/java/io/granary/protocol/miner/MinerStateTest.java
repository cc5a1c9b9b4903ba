package io.granary.protocol.miner;

import static io.granary.protocol.sender.SenderFixtures.stamp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.machine.MachineMatrix;
import io.granary.protocol.miner.MinerState.Configured;
import java.util.List;
import org.junit.jupiter.api.Test;

class MinerStateTest {
  private static Configured configured() {
    return (Configured)
        new MinerState.Unconfigured()
            .on(new MinerEvent.MinerConfigured(MinerFixtures.config(), stamp(1)));
  }

  @Test
  void everyPairIsInTheTableOrRefused_whenWalked() {
    MachineMatrix.check(
        MinerState.TABLE,
        MinerState.class,
        List.of(new MinerState.Unconfigured(), configured()),
        MinerEvent.class,
        MinerFixtures.events(),
        MinerState::on);
  }

  @Test
  void sectorMovesFromOrderedToMotionToRest_whenHeardOf() {
    SectorNumber three = new SectorNumber(3);
    Configured ordered = (Configured) configured().on(MinerFixtures.events().get(1));
    assertThat(ordered.ordered()).containsOnlyKeys(three);
    assertThat(ordered.nextNumber()).isEqualTo(4);
    Configured moving = (Configured) ordered.on(MinerFixtures.events().get(2));
    assertThat(moving.ordered()).isEmpty();
    assertThat(moving.inMotion()).containsExactly(three);
    Configured resting = (Configured) moving.on(MinerFixtures.events().get(3));
    assertThat(resting.inMotion()).isEmpty();
    assertThat(resting.orders()).containsEntry("order-1", three);
  }

  @Test
  void addsUpTheDaysRepayments_andBeginsAnewTheNextDay() {
    Configured asked = (Configured) configured().on(MinerFixtures.repaymentAsked(1, 5));
    assertThat(asked.debt().open()).isPresent();
    Configured ended =
        (Configured)
            asked.on(
                new MinerEvent.DebtRepaymentEnded("f01000/debt/1", true, "exit code 0", stamp(7)));
    assertThat(ended.debt().open()).isEmpty();
    Configured again = (Configured) ended.on(MinerFixtures.repaymentAsked(2, 8));
    assertThat(again.debt().askedOn(new Epoch(9))).isEqualTo(TokenAmount.ofFil(6));
    assertThat(again.debt().askedOn(new Epoch(2_880))).isEqualTo(TokenAmount.ZERO);
    assertThat(again.debt().repayments()).isEqualTo(2);
  }

  @Test
  void refusesNumber_whenGivenAwayBefore() {
    MinerState ordered = configured().on(MinerFixtures.events().get(1));
    assertThatThrownBy(
            () ->
                ordered.on(
                    new MinerEvent.SectorOrdered("order-2", MinerFixtures.order(3), stamp(5))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("3 was given away");
  }
}
