package io.granary.protocol.miner;

import static io.granary.protocol.sender.SenderFixtures.stamp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.machine.MachineMatrix;
import io.granary.protocol.miner.MinerState.Configured;
import io.granary.protocol.sector.SectorOrder;
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
        List.of(
            new MinerState.Unconfigured(),
            configured().on(MinerFixtures.packed(4, MinerFixtures.piece("z"), 1536, 2))),
        MinerEvent.class,
        MinerFixtures.events().stream()
            .map(
                event ->
                    event instanceof MinerEvent.SectorOrdered ordered
                        ? new MinerEvent.SectorOrdered("o", MinerFixtures.order(5), ordered.stamp())
                        : event)
            .toList(),
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
    assertThat(resting.orders()).containsEntry("order-1", new Configured.Place(three, 0));
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
  void openSectorIsOrderedWithItsPieces_whenClosed() {
    Configured open =
        (Configured)
            configured()
                .on(MinerFixtures.packed(4, MinerFixtures.piece("a"), 0, 2))
                .on(MinerFixtures.packed(4, MinerFixtures.piece("b"), 512, 3));
    assertThat(open.nextNumber()).isEqualTo(5);
    assertThat(open.ordered()).isEmpty();
    assertThat(open.orders()).containsEntry("b", new Configured.Place(new SectorNumber(4), 512));
    Configured closed =
        (Configured) open.on(new MinerEvent.SectorClosed(new SectorNumber(4), "full", stamp(4)));
    assertThat(closed.open()).isEmpty();
    assertThat(closed.ordered()).containsOnlyKeys(new SectorNumber(4));
    assertThat(closed.ordered().values())
        .flatExtracting(SectorOrder::pieces)
        .containsExactly(MinerFixtures.piece("a"), MinerFixtures.piece("b"));
    assertThat(closed.orders()).isEqualTo(open.orders());
  }

  @Test
  void pieceIsForgotten_whenWithdrawn_andLaterOnesMoveUp() {
    Configured open =
        (Configured)
            configured()
                .on(MinerFixtures.packed(4, MinerFixtures.piece("a"), 0, 2))
                .on(MinerFixtures.packed(4, MinerFixtures.piece("b"), 512, 3));
    Configured left =
        (Configured) open.on(new MinerEvent.PieceWithdrawn("a", new SectorNumber(4), stamp(4)));
    assertThat(left.orders())
        .containsOnlyKeys("b")
        .containsEntry("b", new Configured.Place(new SectorNumber(4), 0));
    Configured empty =
        (Configured) left.on(new MinerEvent.PieceWithdrawn("b", new SectorNumber(4), stamp(5)));
    assertThat(empty.open()).isEmpty();
    assertThat(empty.nextNumber()).isEqualTo(5);
  }

  @Test
  void refusesAPlace_whenAnotherPieceLiesThere() {
    MinerState open = configured().on(MinerFixtures.packed(4, MinerFixtures.piece("a"), 0, 2));
    assertThatThrownBy(() -> open.on(MinerFixtures.packed(4, MinerFixtures.piece("b"), 0, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lies over another");
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
