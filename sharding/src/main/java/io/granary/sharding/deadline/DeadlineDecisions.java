package io.granary.sharding.deadline;

import io.granary.protocol.Stamp;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineRun;
import io.granary.protocol.deadline.PartitionPlan;
import io.granary.protocol.deadline.PartitionState;
import io.granary.protocol.deadline.ProvingDeadlineState;
import io.granary.protocol.deadline.RecoveryState;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobOutput.VanillaProofs;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.sender.MessageReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What reports mean for a deadline: pure, from state and report to events. */
final class DeadlineDecisions {
  /** Bytes of the proof of one partition (chain.md 4.1). */
  static final int PROOF_BYTES = 192;

  private DeadlineDecisions() {}

  /** Nothing when the report is of no job under way: a late sibling, or an attempt given up. */
  static List<DeadlineEvent> onJob(ProvingDeadlineState state, JobReport report, Stamp stamp) {
    return working(state, report)
        .map(
            working -> {
              if (report instanceof JobReport.Succeeded succeeded) {
                return List.of(succeeded(working, succeeded, stamp));
              }
              if (report instanceof JobReport.Failed failed) {
                return failed(working, failed, stamp);
              }
              return List.<DeadlineEvent>of();
            })
        .orElse(List.of());
  }

  /** The partition whose job, and attempt, {@code report} is about. */
  static Optional<PartitionState.Working> working(ProvingDeadlineState state, JobReport report) {
    if (!(state instanceof ProvingDeadlineState.Running running)) {
      return Optional.empty();
    }
    return running.run().partitions().values().stream()
        .filter(PartitionState.Working.class::isInstance)
        .map(PartitionState.Working.class::cast)
        .filter(
            working -> working.job().equals(report.id()) && working.attempt() == report.attempt())
        .findFirst();
  }

  private static DeadlineEvent succeeded(
      PartitionState.Working working, JobReport.Succeeded report, Stamp stamp) {
    long partition = working.plan().partition();
    if (working instanceof PartitionState.ReadingVanilla
        && report.output() instanceof VanillaProofs proofs) {
      return vanilla(working.plan(), proofs, report, stamp);
    }
    if (working instanceof PartitionState.ProvingSnark
        && report.output() instanceof JobOutput.WindowPoStDone done
        && done.proof().length() == PROOF_BYTES) {
      return new DeadlineEvent.SnarkMade(
          partition, report.attempt(), done.proof(), report.worker(), report.millis(), stamp);
    }
    return new DeadlineEvent.ProofJobFailed(
        partition,
        report.attempt(),
        new JobFailure(
            JobFailure.Kind.PROOF_INVALID,
            "the worker answered with " + report.output().getClass().getSimpleName()),
        report.worker(),
        stamp);
  }

  /** Only sectors that were asked for count; one that was not answered for is unreadable. */
  private static DeadlineEvent vanilla(
      PartitionPlan plan, VanillaProofs proofs, JobReport.Succeeded report, Stamp stamp) {
    List<VanillaProofs.Proven> proven =
        proofs.proven().stream()
            .filter(each -> plan.toProve().contains(each.sector().value()))
            .toList();
    List<VanillaProofs.Unreadable> skipped =
        new ArrayList<>(
            proofs.unreadable().stream()
                .filter(each -> plan.toProve().contains(each.sector().value()))
                .toList());
    BitField silent =
        plan.toProve()
            .minus(BitField.of(proven.stream().map(each -> each.sector().value()).toList()))
            .minus(BitField.of(skipped.stream().map(each -> each.sector().value()).toList()));
    silent.stream()
        .mapToObj(io.granary.protocol.SectorNumber::new)
        .map(sector -> new VanillaProofs.Unreadable(sector, "the worker said nothing of it"))
        .forEach(skipped::add);
    return new DeadlineEvent.VanillaMade(
        plan.partition(),
        report.attempt(),
        proven,
        skipped,
        report.worker(),
        report.millis(),
        stamp);
  }

  private static List<DeadlineEvent> failed(
      PartitionState.Working working, JobReport.Failed report, Stamp stamp) {
    long partition = working.plan().partition();
    JobFailure failure = report.failure();
    DeadlineEvent failed =
        new DeadlineEvent.ProofJobFailed(
            partition, report.attempt(), failure, report.worker(), stamp);
    int crashes =
        working.tries().crashes() + (failure.kind() == JobFailure.Kind.CHILD_DIED ? 1 : 0);
    if (crashes >= PartitionState.CRASHES_MAX) {
      String reason = "its job took " + crashes + " processes down: " + failure.message();
      return List.of(failed, new DeadlineEvent.PartitionParked(partition, reason, stamp));
    }
    if (failure.kind() == JobFailure.Kind.INPUT) {
      return List.of(
          failed, new DeadlineEvent.PartitionParked(partition, failure.message(), stamp));
    }
    return List.of(failed);
  }

  /** Why partition {@code index} cannot be taken up again; empty when it can. */
  static Optional<DeadlineReply.Rejected> refusesRetry(ProvingDeadlineState state, long index) {
    if (!(state instanceof ProvingDeadlineState.Running running)) {
      return rejected(DeadlineReply.Rejected.Code.NO_RUN, "no window is being proven");
    }
    PartitionState partition = running.run().partitions().get(index);
    if (partition == null) {
      return rejected(
          DeadlineReply.Rejected.Code.NO_SUCH_PARTITION,
          "the run has partitions " + running.run().partitions().keySet());
    }
    return partition instanceof PartitionState.Parked
        ? Optional.empty()
        : rejected(
            DeadlineReply.Rejected.Code.NOT_PARKED,
            "it is " + partition.getClass().getSimpleName());
  }

  private static Optional<DeadlineReply.Rejected> rejected(
      DeadlineReply.Rejected.Code code, String detail) {
    return Optional.of(new DeadlineReply.Rejected(code, detail));
  }

  /** Nothing when the report is of no message we wait for, or says what is known. */
  static List<DeadlineEvent> onMessage(
      ProvingDeadlineState state, MessageReport report, Stamp stamp) {
    Optional<DeadlineEvent> recovery = recovery(state.faults().recovery(), report, stamp);
    if (recovery.isPresent()) {
      return List.of(recovery.get());
    }
    if (!(state instanceof ProvingDeadlineState.Running running)) {
      return List.of();
    }
    for (PartitionState partition : running.run().partitions().values()) {
      Optional<DeadlineEvent> event = submission(running.run(), partition, report, stamp);
      if (event.isPresent()) {
        return List.of(event.get());
      }
    }
    return List.of();
  }

  private static Optional<DeadlineEvent> submission(
      DeadlineRun run, PartitionState state, MessageReport report, Stamp stamp) {
    if (state instanceof PartitionState.Submitted submitted
        && submitted.intent().intentId().equals(report.intentId())) {
      return landed(run, submitted, report, stamp);
    }
    if (state instanceof PartitionState.Proven proven
        && proven.submitted().intent().intentId().equals(report.intentId())
        && report instanceof MessageReport.Reverted reverted) {
      return Optional.of(
          new DeadlineEvent.SubmissionReverted(
              proven.plan().partition(),
              proven.submitted().submission(),
              reverted.message(),
              stamp));
    }
    return Optional.empty();
  }

  private static Optional<DeadlineEvent> landed(
      DeadlineRun run, PartitionState.Submitted submitted, MessageReport report, Stamp stamp) {
    long partition = submitted.plan().partition();
    if (report instanceof MessageReport.Landed landed && landed.receipt().succeeded()) {
      return Optional.of(
          new DeadlineEvent.ProvenInPeriod(
              partition,
              run.window().periodStart(),
              submitted.submission(),
              submitted.made().sectors(),
              submitted.made().skippedSectors(),
              landed.message(),
              landed.inclusionEpoch(),
              stamp));
    }
    return problem(report)
        .map(
            reason ->
                new DeadlineEvent.SubmissionFailed(
                    partition, submitted.submission(), reason, stamp));
  }

  private static Optional<DeadlineEvent> recovery(
      RecoveryState state, MessageReport report, Stamp stamp) {
    if (state instanceof RecoveryState.Declaring declaring
        && declaring.intent().intentId().equals(report.intentId())) {
      if (report instanceof MessageReport.Landed landed && landed.receipt().succeeded()) {
        return Optional.of(
            new DeadlineEvent.RecoveryDeclared(
                declaring.declarations(), landed.message(), landed.inclusionEpoch(), stamp));
      }
      return problem(report)
          .map(reason -> new DeadlineEvent.RecoveryFailed(declaring.declarations(), reason, stamp));
    }
    if (state instanceof RecoveryState.Declared declared
        && declared.declaring().intent().intentId().equals(report.intentId())
        && report instanceof MessageReport.Reverted reverted) {
      return Optional.of(
          new DeadlineEvent.RecoveryReverted(declared.declarations(), reverted.message(), stamp));
    }
    return Optional.empty();
  }

  /** Why the message did not do its work; empty when it may still do it. */
  private static Optional<String> problem(MessageReport report) {
    if (report instanceof MessageReport.Landed landed) {
      return Optional.of(
          "message " + landed.message() + " landed with exit code " + landed.receipt().exitCode());
    }
    if (report instanceof MessageReport.GaveUp gaveUp
        && gaveUp.kind() != MessageReport.GaveUp.Kind.TOO_MANY) {
      return Optional.of(gaveUp.kind() + ": " + gaveUp.reason());
    }
    return Optional.empty();
  }
}
