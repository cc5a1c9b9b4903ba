package io.granary.prover.pool;

import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobRequest;

/** One attempt of a job. */
public record JobKey(JobId id, long attempt) {
  static JobKey of(JobRequest request) {
    return new JobKey(request.id(), request.attempt());
  }
}
