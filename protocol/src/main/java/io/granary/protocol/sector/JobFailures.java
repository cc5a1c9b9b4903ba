package io.granary.protocol.sector;

import io.granary.protocol.Stamp;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.sector.SectorEvent.FaultFound;
import io.granary.protocol.sector.SectorEvent.JobFailed;
import io.granary.protocol.sector.SectorEvent.SentBack;
import io.granary.protocol.sector.SectorEvent.UnsealedKept;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a job's failure makes of a sector: another try, work done again from an earlier stage, or an
 * operator.
 */
final class JobFailures {
  /** One wrong proof may be a flipped bit in memory; two are the stage's input. */
  private static final int WRONG_PROOFS_MAX = 2;

  /** Until the next try to delete an unsealed copy: what hindered the last is rarely over soon. */
  private static final Duration KEPT_UNSEALED = Duration.ofDays(7);

  private final SectorPolicy policy;

  JobFailures(SectorPolicy policy) {
    this.policy = policy;
  }

  List<SectorEvent> failed(SectorState.AtWork state, Stamp stamp, JobRun run, JobFailure failure) {
    int before = state.job().attemptsFailed();
    JobFailed event =
        new JobFailed(stamp, run, failure, stamp.time().plus(policy.retryDelay(before + 1)));
    SectorState.AtWork after = (SectorState.AtWork) state.on(event);
    return consequence(after, stamp, failure)
        .map(then -> List.<SectorEvent>of(event, then))
        .orElse(List.of(event));
  }

  private Optional<SectorEvent> consequence(
      SectorState.AtWork state, Stamp stamp, JobFailure failure) {
    String last = failure.kind() + " in " + state.name() + ": " + failure.message();
    return switch (failure.kind()) {
      case INPUT -> Optional.of(stop(state, stamp, last));
      case DATA -> Optional.of(damaged(state, stamp, last));
      case CHILD_DIED ->
          stopAt(
              state,
              state.job().childDeaths() >= policy.childDeathsMax(),
              stamp,
              "the job of "
                  + state.name()
                  + " killed "
                  + state.job().childDeaths()
                  + " processes; last: "
                  + failure.message());
      case PROOF_INVALID ->
          state.job().failures() >= WRONG_PROOFS_MAX
              ? Optional.of(wrongProof(state, stamp, last))
              : Optional.empty();
      case LOST, CANCELLED ->
          stopAt(
              state,
              state.job().interruptions() >= policy.interruptionsMax(),
              stamp,
              state.job().interruptions() + " runs were interrupted; last: " + last);
      case ENVIRONMENT ->
          stopAt(
              state,
              state.job().failures() >= policy.jobFailuresMax(),
              stamp,
              state.job().failures() + " runs failed; last: " + last);
    };
  }

  private static Optional<SectorEvent> stopAt(
      SectorState state, boolean reached, Stamp stamp, String reason) {
    return reached ? Optional.of(stop(state, stamp, reason)) : Optional.empty();
  }

  /** An operator has to act; only a copy that cannot be deleted does no harm where it is. */
  private static SectorEvent stop(SectorState state, Stamp stamp, String reason) {
    return state instanceof DroppingUnsealed
        ? new UnsealedKept(stamp, reason, stamp.time().plus(KEPT_UNSEALED))
        : NextStep.park(stamp, reason);
  }

  /** Files are missing or wrong: only what they are made from can mend them. */
  private SectorEvent damaged(SectorState.AtWork state, Stamp stamp, String last) {
    if (state instanceof PreCommit2 || state instanceof Commit1) {
      return back(state, stamp, RedoFrom.PRE_COMMIT_1, last);
    }
    if (state instanceof Commit2) {
      return back(state, stamp, RedoFrom.COMMIT_1, last);
    }
    if (state instanceof Finalizing) {
      return new FaultFound(stamp, new Fault(last, stamp.epoch(), Optional.empty()));
    }
    if (state instanceof DroppingUnsealed) {
      return stop(state, stamp, last);
    }
    return NextStep.park(stamp, last + " (restore the file and retry)");
  }

  private SectorEvent wrongProof(SectorState.AtWork state, Stamp stamp, String last) {
    if (state instanceof PreCommit2 || state instanceof Commit1) {
      return back(state, stamp, RedoFrom.PRE_COMMIT_1, last);
    }
    if (state instanceof Commit2) {
      return back(state, stamp, RedoFrom.COMMIT_1, last);
    }
    return stop(state, stamp, last);
  }

  private SectorEvent back(SectorState.Living state, Stamp stamp, RedoFrom to, String reason) {
    return sendBack(policy, state, stamp, to, reason);
  }

  /** Work is thrown away a bounded number of times; then an operator has to look. */
  static SectorEvent sendBack(
      SectorPolicy policy, SectorState.Living state, Stamp stamp, RedoFrom to, String reason) {
    int times = state.core().sentBack();
    return times >= policy.sentBackMax()
        ? NextStep.park(stamp, "work was thrown away " + times + " times; last: " + reason)
        : new SentBack(stamp, to, reason);
  }
}
