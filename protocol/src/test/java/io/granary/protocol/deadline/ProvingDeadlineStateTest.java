package io.granary.protocol.deadline;

import static io.granary.protocol.sender.SenderFixtures.stamp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Epoch;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.deadline.DeadlineEvent.PartitionSectors;
import io.granary.protocol.machine.MachineMatrix;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProvingDeadlineStateTest {
  private static final ProvingDeadlineState RESTING = ProvingDeadlineState.first();
  private static final ProvingDeadlineState RUNNING = RESTING.on(DeadlineFixtures.opened());

  @Test
  void everyPairIsInTheTableOrRefused_whenWalked() {
    List<RecoveryState> recoveries = recoveries();
    List<ProvingDeadlineState> states = new ArrayList<>();
    recoveries.forEach(
        recovery ->
            states.add(new ProvingDeadlineState.Resting(Epoch.UNSET, false, book(recovery))));
    recoveries.forEach(
        recovery ->
            states.add(
                new ProvingDeadlineState.Running(
                    ((ProvingDeadlineState.Running) RUNNING).run(), book(recovery))));
    for (ProvingDeadlineState state : states) {
      for (DeadlineEvent event : DeadlineFixtures.deadlineEvents()) {
        boolean ofRecovery =
            RecoveryState.TABLE.rows().stream().anyMatch(row -> row.event() == event.getClass());
        boolean allowed =
            ProvingDeadlineState.TABLE.allows(state.getClass(), event.getClass())
                && (!ofRecovery
                    || RecoveryState.TABLE.allows(
                        state.faults().recovery().getClass(), event.getClass()));
        if (allowed) {
          assertThat(state.on(event)).isNotNull();
        } else {
          assertThatThrownBy(() -> state.on(event))
              .as("%s by %s", state, event)
              .isInstanceOf(IllegalStateException.class);
        }
      }
    }
  }

  @Test
  void everyRecoveryPairIsInTheTableOrRefused_whenWalked() {
    MachineMatrix.check(
        RecoveryState.TABLE,
        RecoveryState.class,
        recoveries(),
        DeadlineEvent.class,
        DeadlineFixtures.deadlineEvents(),
        RecoveryState::on);
  }

  private static List<RecoveryState> recoveries() {
    RecoveryState none = RecoveryState.NotDeclared.FIRST;
    RecoveryState declaring = none.on(DeadlineFixtures.deadlineEvents().get(5));
    RecoveryState declared = declaring.on(DeadlineFixtures.deadlineEvents().get(6));
    return List.of(none, declaring, declared);
  }

  private static FaultBook book(RecoveryState recovery) {
    return new FaultBook(new java.util.TreeMap<>(), recovery);
  }

  @Test
  void missedPartitionNamesItsReason_whenRunCloses() {
    DeadlineRun run = ((ProvingDeadlineState.Running) RUNNING).run();
    assertThat(run.proven()).isEmpty();
    assertThat(run.missed())
        .singleElement()
        .satisfies(missed -> assertThat(missed.reason()).contains("still Planned"));
  }

  @Test
  void startsOnlyChangedPartitionsAnew_whenReplanned() {
    PartitionPlan second = new PartitionPlan(1, BitField.of(9), BitField.empty(), BitField.empty());
    ProvingDeadlineState both =
        RESTING.on(
            new DeadlineEvent.RunOpened(
                DeadlineFixtures.WINDOW,
                DeadlineFixtures.RANDOMNESS,
                DeadlineFixtures.opened().postProof(),
                DeadlineFixtures.opened().readAt(),
                List.of(DeadlineFixtures.PLAN, second),
                stamp(8)));
    ProvingDeadlineState asked =
        both.on(new DeadlineEvent.VanillaAsked(0, DeadlineFixtures.JOB, 1, stamp(8)))
            .on(new DeadlineEvent.VanillaAsked(1, DeadlineFixtures.JOB, 1, stamp(8)));
    PartitionPlan changed =
        new PartitionPlan(1, BitField.of(9, 10), BitField.empty(), BitField.empty());
    DeadlineRun run =
        ((ProvingDeadlineState.Running)
                asked.on(
                    new DeadlineEvent.RunReplanned(
                        DeadlineFixtures.RANDOMNESS,
                        DeadlineFixtures.opened().readAt(),
                        List.of(changed),
                        stamp(10))))
            .run();
    assertThat(run.partitions().get(0L)).isInstanceOf(PartitionState.ReadingVanilla.class);
    assertThat(run.partitions().get(1L))
        .isInstanceOfSatisfying(
            PartitionState.Planned.class,
            planned -> {
              assertThat(planned.plan()).isEqualTo(changed);
              assertThat(planned.notBefore()).isEqualTo(new Epoch(10));
              assertThat(planned.tries().vanilla()).as("fencing goes on").isEqualTo(1);
            });
  }

  @Test
  void lastRehearsalOfEachPartitionIsKept_overRuns() {
    ProvingDeadlineState state =
        RESTING
            .on(DeadlineFixtures.rehearsed(0, 3))
            .on(DeadlineFixtures.rehearsed(1, 4))
            .on(DeadlineFixtures.rehearsed(0, 5))
            .on(DeadlineFixtures.opened())
            .on(DeadlineFixtures.deadlineEvents().get(2));
    assertThat(state.rehearsals().last()).containsEntry(0L, DeadlineFixtures.rehearsed(0, 5));
    assertThat(state.rehearsals().since(new Epoch(4))).containsExactlyInAnyOrder(0L, 1L);
    assertThat(state.rehearsals().since(new Epoch(5))).containsExactly(0L);
    assertThat(DeadlineFixtures.rehearsed(0, 5).wentWell()).isFalse();
  }

  @Test
  void faultsComeAndGoByPartition_whenTheChainSaysSo() {
    ProvingDeadlineState faulty =
        RESTING
            .on(
                new DeadlineEvent.FaultsFound(
                    List.of(
                        new PartitionSectors(0, BitField.of(2, 3)),
                        new PartitionSectors(1, BitField.of(9))),
                    stamp(36)))
            .on(
                new DeadlineEvent.FaultsEnded(
                    List.of(
                        new PartitionSectors(0, BitField.of(2)),
                        new PartitionSectors(1, BitField.of(9))),
                    stamp(80)));
    assertThat(faulty.faults().faulty()).containsOnlyKeys(0L).containsEntry(0L, BitField.of(3));
  }
}
