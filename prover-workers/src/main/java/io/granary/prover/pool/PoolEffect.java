package io.granary.prover.pool;

import io.granary.protocol.job.JobRequest;

/** What the dispatcher has to do after a change of its book. */
sealed interface PoolEffect {
  /** Tell a worker to run a job. */
  record Run(String worker, JobRequest request) implements PoolEffect {}

  /** Tell a worker to stop attempts of a job up to one. */
  record Stop(String worker, JobKey key) implements PoolEffect {}

  /** Tell the asker that its job does not wait here; it may ask again at any time. */
  record TurnAway(JobRequest request, String reason) implements PoolEffect {}

  /** Ask a worker that nobody knows to introduce itself. */
  record Introduce(String worker) implements PoolEffect {}
}
