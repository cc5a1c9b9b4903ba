package io.granary.protocol.deadline;

import static io.granary.protocol.deadline.DeadlineFixtures.failed;
import static io.granary.protocol.deadline.DeadlineFixtures.partitionEvents;
import static io.granary.protocol.deadline.DeadlineFixtures.proven;
import static io.granary.protocol.deadline.DeadlineFixtures.unreadable;
import static io.granary.protocol.deadline.DeadlineFixtures.vanilla;
import static io.granary.protocol.sender.SenderFixtures.stamp;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Epoch;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.deadline.DeadlineEvent.OfPartition;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.machine.MachineMatrix;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionStateTest {
  private static final PartitionState PLANNED =
      PartitionState.Planned.fresh(DeadlineFixtures.PLAN, new Epoch(8));

  private static PartitionState after(PartitionState state, OfPartition... events) {
    PartitionState now = state;
    for (OfPartition event : events) {
      now = now.on(event);
    }
    return now;
  }

  private static final PartitionState READING = after(PLANNED, partitionEvents().get(0));
  private static final PartitionState READ = after(READING, partitionEvents().get(1));
  private static final PartitionState PROVING = after(READ, partitionEvents().get(3));
  private static final PartitionState MADE = after(PROVING, partitionEvents().get(4));
  private static final PartitionState SUBMITTED = after(MADE, partitionEvents().get(9));
  private static final PartitionState PROVEN = after(SUBMITTED, partitionEvents().get(10));
  private static final PartitionState PARKED_PLANNED = after(PLANNED, partitionEvents().get(7));
  private static final PartitionState PARKED_READ = after(READ, partitionEvents().get(7));
  private static final PartitionState PARKED_MADE = after(MADE, partitionEvents().get(7));

  @Test
  void everyPairIsInTheTableOrRefused_whenWalked() {
    MachineMatrix.check(
        PartitionState.TABLE,
        PartitionState.class,
        List.of(
            PLANNED,
            READING,
            READ,
            PROVING,
            MADE,
            SUBMITTED,
            PROVEN,
            PARKED_PLANNED,
            PARKED_READ,
            PARKED_MADE),
        OfPartition.class,
        partitionEvents(),
        PartitionState::on);
  }

  @Test
  void keepsVanillaProofs_whenSnarkJobDies() {
    PartitionState.VanillaRead again =
        (PartitionState.VanillaRead) PROVING.on(failed(JobFailure.Kind.CHILD_DIED));
    assertThat(again.proofs()).containsExactly(proven(2));
    assertThat(again.skipped()).containsExactly(unreadable(3));
    assertThat(again.tries().avoid()).containsExactly("worker-1");
    assertThat(again.tries().snark()).isEqualTo(1);
  }

  @Test
  void readsVanillaAnew_whenSnarkSaysTheyAreBad() {
    PartitionState again = PROVING.on(failed(JobFailure.Kind.DATA));
    assertThat(again).isInstanceOf(PartitionState.Planned.class);
  }

  @Test
  void waitsLongerEachTime_whenFailuresGoOn() {
    PartitionState state = READING;
    long[] waits = {0, 1, 2, 3, 4, 4, 4};
    for (long wait : waits) {
      PartitionState.Planned failed =
          (PartitionState.Planned) state.on(failed(JobFailure.Kind.ENVIRONMENT));
      assertThat(failed.notBefore()).isEqualTo(new Epoch(9 + wait));
      state =
          failed.on(
              new DeadlineEvent.VanillaAsked(
                  0, DeadlineFixtures.JOB, failed.tries().vanilla() + 1, stamp(9)));
    }
    assertThat(((PartitionState.ReadingVanilla) state).attempt()).isEqualTo(8);
  }

  @Test
  void planGoesOnWithReasons_whenNoSectorIsReadable() {
    PartitionState.Planned again =
        (PartitionState.Planned)
            READING.on(vanilla(List.of(), List.of(unreadable(2), unreadable(3))));
    assertThat(again.skipped()).hasSize(2);
    assertThat(again.problem()).contains("2: sealed file is too short");
  }

  @Test
  void workersAreForgivenAndItIsDueAtOnce_whenOperatorRetries() {
    PartitionState.VanillaRead failed =
        (PartitionState.VanillaRead)
            after(PROVING, failed(JobFailure.Kind.CHILD_DIED), partitionEvents().get(3))
                .on(failed(JobFailure.Kind.INPUT));
    assertThat(failed.notBefore()).isEqualTo(new Epoch(10));
    PartitionState.VanillaRead again =
        (PartitionState.VanillaRead) failed.on(partitionEvents().get(8));
    assertThat(again.notBefore()).isEqualTo(new Epoch(13));
    assertThat(again.tries().avoid()).isEmpty();
    assertThat(again.tries().failures()).isZero();
    assertThat(again.tries().snark()).as("fencing goes on").isEqualTo(1);
  }

  @Test
  void goesOnFromWhatItHad_whenTheWindowIsOpenAgain() {
    assertThat(after(PROVING, partitionEvents().get(7), partitionEvents().get(8)))
        .isInstanceOfSatisfying(
            PartitionState.VanillaRead.class,
            read -> {
              assertThat(read.proofs()).containsExactly(proven(2));
              assertThat(read.tries().snark()).isEqualTo(1);
            });
    assertThat(after(READING, partitionEvents().get(7), partitionEvents().get(8)))
        .isInstanceOf(PartitionState.Planned.class);
    assertThat(after(PARKED_MADE, partitionEvents().get(8)))
        .isInstanceOf(PartitionState.ProofMade.class);
  }

  @Test
  void onlyWorkersThatDidWrongAreAvoided_whenJobsFail() {
    for (JobFailure.Kind kind : JobFailure.Kind.values()) {
      boolean avoided =
          switch (kind) {
            case INPUT, ENVIRONMENT, CHILD_DIED, PROOF_INVALID -> true;
            case DATA, LOST, CANCELLED -> false;
          };
      assertThat(PROVING.on(failed(kind)).tries().avoid().contains("worker-1"))
          .as("%s", kind)
          .isEqualTo(avoided);
    }
  }

  @Test
  void lastWorkersAreAvoided_whenMoreFailThanARequestMayName() {
    Tries tries = Tries.NONE;
    for (int i = 0; i < 2 * JobRequest.AVOID_MAX; i++) {
      tries =
          tries.failed(
              new DeadlineEvent.ProofJobFailed(
                  0, 1, new JobFailure(JobFailure.Kind.INPUT, "no"), "worker-" + i, stamp(9)));
    }
    assertThat(tries.avoid())
        .hasSize(JobRequest.AVOID_MAX)
        .startsWith("worker-8")
        .endsWith("worker-15");
  }

  @Test
  void proofIsKeptAndCounted_whenSubmissionFails() {
    PartitionState.ProofMade again =
        (PartitionState.ProofMade) SUBMITTED.on(partitionEvents().get(11));
    assertThat(again.tries().submissions()).isEqualTo(1);
    assertThat(again.proof().length()).isEqualTo(192);
    assertThat(again.sectors()).isEqualTo(BitField.of(2));
    assertThat(again.skippedSectors()).isEqualTo(BitField.of(3));
    assertThat(again.problem()).isEqualTo("exit code 16");
  }
}
