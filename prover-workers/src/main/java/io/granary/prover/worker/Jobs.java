package io.granary.prover.worker;

import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;
import io.granary.prover.JobClass;

/** Runs one job on the calling thread. */
@FunctionalInterface
public interface Jobs {
  /**
   * Runs a job to its end; running it again has no further effect.
   *
   * @throws JobFailedException with the kind the asker decides by
   */
  JobOutput run(JobSpec spec, JobRun run);

  /** Tries, blocking, whether jobs of a class can be run here, and throws when not. */
  default void test(JobClass jobClass) {}
}
