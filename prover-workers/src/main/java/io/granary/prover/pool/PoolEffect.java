package io.granary.prover.pool;

import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobRequest;
import io.granary.prover.JobClass;
import io.granary.prover.transfer.Holder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the dispatcher has to do after a change of its book. */
sealed interface PoolEffect {
  /**
   * Tell a worker to run a job.
   *
   * @param holders other nodes that have its inputs
   * @param slack how long the outcome is of use, when that is known
   * @param copy beside another worker, whose run of the same attempt is slow or in doubt
   */
  record Run(
      String worker,
      JobRequest request,
      List<Holder> holders,
      Optional<Duration> slack,
      boolean copy)
      implements PoolEffect {
    public Run {
      holders = List.copyOf(holders);
    }

    /** A first run of which nothing is known. */
    Run(String worker, JobRequest request) {
      this(worker, request, List.of(), Optional.empty(), false);
    }
  }

  /** Tell a worker to stop attempts of a job up to one. */
  record Stop(String worker, JobKey key) implements PoolEffect {}

  /** Tell the asker that its job does not wait here; it may ask again at any time. */
  record TurnAway(JobRequest request, String reason) implements PoolEffect {}

  /** Tell the asker what the job brought when {@code worker} ran it. */
  record Answer(JobRequest request, String worker, JobOutput output) implements PoolEffect {}

  /** Ask a worker that nobody knows to introduce itself. */
  record Introduce(String worker) implements PoolEffect {}

  /** Have a worker that is barred from a class try whether it can run its jobs again. */
  record TestSelf(String worker, JobClass jobClass) implements PoolEffect {}
}
