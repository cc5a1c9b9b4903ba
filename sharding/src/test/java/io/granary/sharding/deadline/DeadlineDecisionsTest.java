package io.granary.sharding.deadline;

import static io.granary.protocol.deadline.DeadlineFixtures.JOB;
import static io.granary.protocol.deadline.DeadlineFixtures.intent;
import static io.granary.protocol.deadline.DeadlineFixtures.proven;
import static io.granary.protocol.deadline.DeadlineFixtures.unreadable;
import static io.granary.protocol.sender.SenderFixtures.stamp;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineFixtures;
import io.granary.protocol.deadline.ProvingDeadlineState;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobOutput.VanillaProofs;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.sender.SenderFixtures;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlineDecisionsTest {
  private static final String PERIODS = "f01000/d/1/period";
  private static final ProvingDeadlineState READING =
      ProvingDeadlineState.first()
          .on(DeadlineFixtures.opened())
          .on(new DeadlineEvent.VanillaAsked(0, JOB, 1, stamp(8)));
  private static final ProvingDeadlineState PROVING =
      READING
          .on(DeadlineFixtures.vanilla(List.of(proven(2)), List.of(unreadable(3))))
          .on(new DeadlineEvent.SnarkAsked(0, JOB, 1, stamp(9)));
  private static final ProvingDeadlineState SUBMITTED =
      PROVING
          .on(new DeadlineEvent.SnarkMade(0, 1, Bytes.of(new byte[192]), "w", 1, stamp(10)))
          .on(new DeadlineEvent.SubmissionAsked(0, 1, intent(1), stamp(16)));

  private static JobReport succeeded(long attempt, JobOutput output) {
    return new JobReport.Succeeded(JOB, attempt, "worker-1", output, 3);
  }

  private static List<DeadlineEvent> onJob(ProvingDeadlineState state, JobReport report) {
    return DeadlineDecisions.onJob(state, report, stamp(10));
  }

  @Test
  void countsOnlySectorsAskedFor_andSkipsThoseNotAnsweredFor() {
    List<DeadlineEvent> events =
        onJob(READING, succeeded(1, new VanillaProofs(List.of(proven(2), proven(77)), List.of())));
    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(
            DeadlineEvent.VanillaMade.class,
            made -> {
              assertThat(made.proofs()).containsExactly(proven(2));
              assertThat(made.skipped())
                  .extracting(VanillaProofs.Unreadable::sector)
                  .containsExactly(new SectorNumber(3));
            });
  }

  @Test
  void ignoresReport_ofAnotherAttemptJobOrTime() {
    VanillaProofs proofs = new VanillaProofs(List.of(proven(2)), List.of());
    assertThat(onJob(READING, succeeded(2, proofs))).isEmpty();
    assertThat(
            onJob(
                READING,
                new JobReport.Succeeded(new JobId("cd".repeat(32)), 1, "worker-1", proofs, 3)))
        .isEmpty();
    assertThat(onJob(ProvingDeadlineState.first(), succeeded(1, proofs))).isEmpty();
    assertThat(onJob(SUBMITTED, succeeded(1, proofs))).isEmpty();
  }

  @Test
  void isAFailure_whenTheWorkerAnswersWithSomethingElse() {
    for (JobOutput output :
        List.of(new JobOutput.Finalized(), new JobOutput.WindowPoStDone(Bytes.of(new byte[191])))) {
      assertThat(onJob(PROVING, succeeded(1, output)))
          .singleElement()
          .isInstanceOfSatisfying(
              DeadlineEvent.ProofJobFailed.class,
              failed ->
                  assertThat(failed.failure().kind()).isEqualTo(JobFailure.Kind.PROOF_INVALID));
    }
  }

  @Test
  void neverParksWhileItIsOpen_whateverFails() {
    for (JobFailure.Kind kind : JobFailure.Kind.values()) {
      assertThat(
              onJob(
                  PROVING, new JobReport.Failed(JOB, 1, "worker-1", new JobFailure(kind, "no"), 3)))
          .hasExactlyElementsOfTypes(DeadlineEvent.ProofJobFailed.class);
    }
  }

  @Test
  void isLost_whenAReorgTakesBackALandingOfAClosedRun() {
    MessageReport reverted =
        new MessageReport.Reverted("f01000/d/1/period-45/p0/post/1", SenderFixtures.block(3));
    for (ProvingDeadlineState state : List.of(ProvingDeadlineState.first(), SUBMITTED)) {
      assertThat(DeadlineDecisions.onMessage(state, reverted, PERIODS, stamp(17)))
          .hasExactlyElementsOfTypes(DeadlineEvent.LandingLost.class);
    }
    MessageReport current =
        new MessageReport.Reverted(intent(1).intentId(), SenderFixtures.block(3));
    assertThat(DeadlineDecisions.onMessage(SUBMITTED, current, PERIODS, stamp(17)))
        .as("of the run under way, and not yet landed")
        .isEmpty();
    MessageReport recovery =
        new MessageReport.Reverted("f01000/d/1/recovery/1", SenderFixtures.block(3));
    assertThat(DeadlineDecisions.onMessage(SUBMITTED, recovery, PERIODS, stamp(17))).isEmpty();
  }

  @Test
  void waitsOn_whenTheSenderHasTooMany() {
    MessageReport tooMany =
        new MessageReport.GaveUp(
            intent(1).intentId(), MessageReport.GaveUp.Kind.TOO_MANY, "512 are open");
    assertThat(DeadlineDecisions.onMessage(SUBMITTED, tooMany, PERIODS, stamp(17))).isEmpty();
  }

  @Test
  void ignoresReport_ofAnotherMessage() {
    MessageReport other =
        new MessageReport.GaveUp("something else", MessageReport.GaveUp.Kind.REFUSED, "16");
    assertThat(DeadlineDecisions.onMessage(SUBMITTED, other, PERIODS, stamp(17))).isEmpty();
  }
}
