package io.granary.prover.pool;

import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import java.util.Optional;

/** How a worker's run of a job ended. */
public sealed interface JobEnd {
  /** It does not say: a worker of an earlier version. */
  record Unsaid() implements JobEnd {}

  /** Well; with the output, where that is small. */
  record Succeeded(Optional<JobOutput> output) implements JobEnd {}

  record Failed(JobFailure failure) implements JobEnd {}
}
