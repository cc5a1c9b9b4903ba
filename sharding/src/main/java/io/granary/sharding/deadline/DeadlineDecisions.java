package io.granary.sharding.deadline;

import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
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
import java.util.stream.Stream;

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
                return List.<DeadlineEvent>of(succeeded(working, succeeded, stamp));
              }
              return report instanceof JobReport.Failed failed
                  ? List.<DeadlineEvent>of(failed(working, failed, stamp))
                  : List.<DeadlineEvent>of();
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

  private static DeadlineEvent vanilla(
      PartitionPlan plan, VanillaProofs proofs, JobReport.Succeeded report, Stamp stamp) {
    VanillaProofs heard = of(plan, proofs);
    return new DeadlineEvent.VanillaMade(
        plan.partition(),
        report.attempt(),
        heard.proven(),
        heard.unreadable(),
        report.worker(),
        report.millis(),
        stamp);
  }

  /** Only sectors that were asked for count; one that was not answered for is unreadable. */
  static VanillaProofs of(PartitionPlan plan, VanillaProofs proofs) {
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
            .minus(numbers(proven.stream().map(VanillaProofs.Proven::sector)))
            .minus(numbers(skipped.stream().map(VanillaProofs.Unreadable::sector)));
    silent.stream()
        .mapToObj(SectorNumber::new)
        .map(sector -> new VanillaProofs.Unreadable(sector, "the worker said nothing of it"))
        .forEach(skipped::add);
    return new VanillaProofs(proven, skipped);
  }

  private static BitField numbers(Stream<SectorNumber> sectors) {
    return BitField.of(sectors.mapToLong(SectorNumber::value).toArray());
  }

  private static DeadlineEvent failed(
      PartitionState.Working working, JobReport.Failed report, Stamp stamp) {
    return new DeadlineEvent.ProofJobFailed(
        working.plan().partition(), report.attempt(), report.failure(), report.worker(), stamp);
  }

  /** Why partition {@code index} cannot be tried again at once; empty when it can. */
  static Optional<DeadlineReply.Rejected> refusesRetry(
      ProvingDeadlineState state, long index, Epoch now) {
    if (!(state instanceof ProvingDeadlineState.Running running)) {
      return rejected(DeadlineReply.Rejected.Code.NO_RUN, "no window is being proven");
    }
    PartitionState partition = running.run().partitions().get(index);
    if (partition == null) {
      return rejected(
          DeadlineReply.Rejected.Code.NO_SUCH_PARTITION,
          "the run has partitions " + running.run().partitions().keySet());
    }
    if (!now.isBefore(running.run().window().close())) {
      return rejected(
          DeadlineReply.Rejected.Code.WINDOW_CLOSED,
          "the window closed at epoch " + running.run().window().close());
    }
    return partition instanceof PartitionState.Waiting || partition instanceof PartitionState.Parked
        ? Optional.empty()
        : rejected(
            DeadlineReply.Rejected.Code.NOT_PARKED,
            "it is " + partition.getClass().getSimpleName());
  }

  private static Optional<DeadlineReply.Rejected> rejected(
      DeadlineReply.Rejected.Code code, String detail) {
    return Optional.of(new DeadlineReply.Rejected(code, detail));
  }

  /**
   * One event for each partition of the message. Nothing when the report is of no message we wait
   * for, or says what is known.
   *
   * @param periods how the names of this deadline's proof messages begin, up to the period
   */
  static List<DeadlineEvent> onMessage(
      ProvingDeadlineState state, MessageReport report, String periods, Stamp stamp) {
    Optional<DeadlineEvent> recovery = recovery(state.faults().recovery(), report, stamp);
    if (recovery.isPresent()) {
      return List.of(recovery.get());
    }
    if (isLost(state, report, periods)) {
      MessageReport.Reverted reverted = (MessageReport.Reverted) report;
      return List.of(new DeadlineEvent.LandingLost(reverted.intentId(), reverted.message(), stamp));
    }
    if (!(state instanceof ProvingDeadlineState.Running running)) {
      return List.of();
    }
    return running.run().partitions().values().stream()
        .flatMap(partition -> submission(running.run(), partition, report, stamp).stream())
        .toList();
  }

  /** Whether a proof of a run that is closed is taken back. */
  private static boolean isLost(ProvingDeadlineState state, MessageReport report, String periods) {
    boolean ofThisRun =
        state instanceof ProvingDeadlineState.Running running
            && report.intentId().startsWith(periods + running.run().window().periodStart() + "/");
    return report instanceof MessageReport.Reverted
        && report.intentId().startsWith(periods)
        && !ofThisRun;
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
