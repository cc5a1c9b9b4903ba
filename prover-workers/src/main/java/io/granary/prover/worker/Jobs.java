package io.granary.prover.worker;

import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;

/** Runs one job on the calling thread. */
@FunctionalInterface
public interface Jobs {
  /**
   * Runs a job to its end; running it again has no further effect.
   *
   * @throws JobFailedException with the kind the asker decides by
   */
  JobOutput run(JobSpec spec, JobRun run);
}
