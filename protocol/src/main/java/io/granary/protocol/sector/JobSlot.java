package io.granary.protocol.sector;

import io.granary.protocol.job.JobFailure;
import java.time.Instant;
import java.util.Optional;

/**
 * How the work of one stage stands. A new stage, and an operator's retry, begin with {@link
 * #FRESH}.
 *
 * @param failures runs that failed by themselves
 * @param childDeaths runs whose process died
 * @param interruptions runs that were lost with their worker or cancelled: nobody's fault
 * @param notBefore when the next run may be asked for, after a failure
 */
public record JobSlot(
    Optional<ActiveJob> active,
    int failures,
    int childDeaths,
    int interruptions,
    Optional<Instant> notBefore,
    Optional<String> lastFailure) {
  /** Nothing asked for yet, nothing failed yet. */
  public static final JobSlot FRESH =
      new JobSlot(Optional.empty(), 0, 0, 0, Optional.empty(), Optional.empty());

  /** All runs that brought nothing. */
  public int attemptsFailed() {
    return failures + childDeaths + interruptions;
  }

  /** Whether a run may be asked for at {@code now}. */
  public boolean due(Instant now) {
    return active.isEmpty() && notBefore.map(time -> !now.isBefore(time)).orElse(true);
  }

  JobSlot asked(ActiveJob job) {
    return new JobSlot(
        Optional.of(job), failures, childDeaths, interruptions, Optional.empty(), lastFailure);
  }

  JobSlot failed(JobFailure failure, Instant retryNotBefore) {
    boolean died = failure.kind() == JobFailure.Kind.CHILD_DIED;
    boolean interrupted = isInterruption(failure.kind());
    return new JobSlot(
        Optional.empty(),
        died || interrupted ? failures : failures + 1,
        died ? childDeaths + 1 : childDeaths,
        interrupted ? interruptions + 1 : interruptions,
        Optional.of(retryNotBefore),
        Optional.of(failure.kind() + ": " + failure.message()));
  }

  /** This slot without the job it waits for: its outcome is of no use any more. */
  JobSlot dropped() {
    return new JobSlot(
        Optional.empty(), failures, childDeaths, interruptions, notBefore, lastFailure);
  }

  static boolean isInterruption(JobFailure.Kind kind) {
    return kind == JobFailure.Kind.LOST || kind == JobFailure.Kind.CANCELLED;
  }
}
