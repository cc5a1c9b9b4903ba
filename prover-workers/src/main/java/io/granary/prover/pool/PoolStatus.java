package io.granary.prover.pool;

import io.granary.prover.JobClass;
import io.granary.prover.transfer.TransferAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pool as an operator sees it.
 *
 * @param waiting the most urgent first, as many as were asked for
 * @param waitingTotal all that wait
 */
public record PoolStatus(List<WorkerStatus> workers, List<WaitingStatus> waiting, int waitingTotal)
    implements PoolMessage {
  public PoolStatus {
    workers = List.copyOf(workers);
    waiting = List.copyOf(waiting);
  }

  /**
   * One worker.
   *
   * @param silentMillis since it was last heard of
   * @param slots its slots by class; what is used is in {@code running}
   * @param resources what its machine has
   * @param quarantined the classes it gets no jobs of
   * @param transfer where its node serves bytes; empty when it has none to serve
   */
  public record WorkerStatus(
      String name,
      long silentMillis,
      Map<JobClass, Integer> slots,
      List<RunningStatus> running,
      Resources resources,
      List<QuarantineStatus> quarantined,
      Optional<TransferAddress> transfer) {
    public WorkerStatus {
      slots = Map.copyOf(slots);
      running = List.copyOf(running);
      quarantined = List.copyOf(quarantined);
    }

    /** A worker that gets jobs of every class and serves nothing. */
    public WorkerStatus(
        String name, long silentMillis, Map<JobClass, Integer> slots, List<RunningStatus> running) {
      this(name, silentMillis, slots, running, Resources.NONE, List.of(), Optional.empty());
    }
  }

  /** A class that a worker gets no jobs of, why, and for how long so far. */
  public record QuarantineStatus(JobClass jobClass, String reason, long millis) {}

  /**
   * One job that was given to a worker.
   *
   * @param subject the sector or partition it is about
   */
  public record RunningStatus(JobKey key, JobClass jobClass, String subject, long millis) {}

  /** One job that waits. */
  public record WaitingStatus(
      JobKey key, JobClass jobClass, String subject, long lastUsefulEpoch, long millis) {}
}
