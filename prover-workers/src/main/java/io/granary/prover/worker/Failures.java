package io.granary.prover.worker;

import io.granary.protocol.job.JobFailure;
import io.granary.prover.child.ChildDiedException;
import io.granary.prover.child.ChildError;
import io.granary.prover.child.ChildErrorException;
import io.granary.prover.child.ChildException;
import io.granary.prover.child.ChildStartException;
import java.util.Objects;

/** Turns what went wrong into the kinds that askers decide by. */
final class Failures {
  /** No such file or directory (errno.h). */
  private static final int ENOENT = 2;

  private Failures() {}

  /**
   * The failure behind a child's exception.
   *
   * @param subject what the job is about, for example {@code sector f01000/1}
   */
  static JobFailedException of(ChildException e, JobRun run, String subject) {
    String message = subject + ": " + Objects.requireNonNullElse(e.getMessage(), "no message");
    return new JobFailedException(kind(e, run), message, e);
  }

  private static JobFailure.Kind kind(ChildException e, JobRun run) {
    if (e instanceof ChildErrorException answered) {
      return kind(answered.error());
    } else if (e instanceof ChildDiedException died) {
      if (died.reason() != ChildDiedException.Reason.KILLED) {
        return JobFailure.Kind.CHILD_DIED;
      }
      return run.cancelled().map(JobFailure::kind).orElse(JobFailure.Kind.LOST);
    } else if (e instanceof ChildStartException) {
      return JobFailure.Kind.ENVIRONMENT;
    }
    throw new IllegalStateException("no failure kind for " + e.getClass(), e);
  }

  /** The kind of a child's error answer (PROTOCOL.md 3). */
  static JobFailure.Kind kind(ChildError error) {
    return switch (error.kind()) {
      case "input", "protocol" -> JobFailure.Kind.INPUT;
      case "missing_files", "faulty_sectors" -> JobFailure.Kind.DATA;
      case "io" -> error.errno() == ENOENT ? JobFailure.Kind.DATA : JobFailure.Kind.ENVIRONMENT;
      case "proof_self_check" -> JobFailure.Kind.PROOF_INVALID;
      case "panic" -> JobFailure.Kind.CHILD_DIED;
      default -> JobFailure.Kind.ENVIRONMENT;
    };
  }
}
