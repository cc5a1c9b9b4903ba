package io.granary.protocol.deadline;

import io.granary.protocol.Epoch;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * Attempts of one partition used in a run, and what became of them.
 *
 * @param vanilla attempts of the vanilla job; the next fencing number is one more
 * @param snark attempts of the SNARK job
 * @param submissions messages asked for that failed; the next one's number is one more
 * @param failures failures in a row, of jobs or submissions: the back-off grows with them
 * @param avoid workers that failed the job of the present stage, the last ones last; at most {@link
 *     JobRequest#AVOID_MAX}
 */
public record Tries(long vanilla, long snark, long submissions, int failures, List<String> avoid) {
  static final Tries NONE = new Tries(0, 0, 0, 0, List.of());

  public Tries {
    avoid = List.copyOf(avoid);
  }

  Tries vanillaAsked(long attempt) {
    return new Tries(attempt, snark, submissions, failures, avoid);
  }

  Tries snarkAsked(long attempt) {
    return new Tries(vanilla, attempt, submissions, failures, avoid);
  }

  /** The stage is done: its failures are forgotten, the fencing numbers are not. */
  Tries succeeded() {
    return new Tries(vanilla, snark, submissions, 0, List.of());
  }

  Tries failed() {
    return new Tries(vanilla, snark, submissions, failures + 1, avoid);
  }

  Tries failed(DeadlineEvent.ProofJobFailed failed) {
    return new Tries(
        vanilla,
        snark,
        submissions,
        failures + 1,
        isWorkers(failed.failure().kind()) ? avoiding(failed.worker()) : avoid);
  }

  Tries submissionFailed(long submission) {
    return new Tries(vanilla, snark, submission, failures + 1, avoid);
  }

  /**
   * Whether another worker may do better. One that was lost or told to stop did nothing wrong, and
   * bad files are bad for all.
   */
  private static boolean isWorkers(JobFailure.Kind kind) {
    return switch (kind) {
      case INPUT, ENVIRONMENT, CHILD_DIED, PROOF_INVALID -> true;
      case DATA, LOST, CANCELLED -> false;
    };
  }

  private List<String> avoiding(String worker) {
    List<String> next = new ArrayList<>(avoid);
    next.remove(worker);
    next.add(worker);
    return next.size() > JobRequest.AVOID_MAX ? next.subList(1, next.size()) : next;
  }

  /** First epoch to try again after a failure at {@code epoch}: at once after the first. */
  Epoch notBefore(Epoch epoch) {
    return epoch.plus(Math.min(Math.max(failures - 1L, 0), PartitionState.BACKOFF_MAX_EPOCHS));
  }
}
