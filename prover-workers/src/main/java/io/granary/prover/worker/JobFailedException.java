package io.granary.prover.worker;

import io.granary.protocol.job.JobFailure;
import java.util.Objects;

/** A job failed for a reason its asker can act on. */
public final class JobFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final JobFailure.Kind kind;

  JobFailedException(JobFailure.Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  JobFailedException(JobFailure.Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public JobFailure failure() {
    return new JobFailure(kind, Objects.requireNonNullElse(getMessage(), kind.name()));
  }
}
