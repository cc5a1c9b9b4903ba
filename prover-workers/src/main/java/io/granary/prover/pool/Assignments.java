package io.granary.prover.pool;

import io.granary.protocol.job.JobId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Who runs which job; two workers at most run the same one. Not thread-safe. */
final class Assignments {
  private final Map<JobId, List<PoolWorker>> workers = new HashMap<>();

  void add(PoolWorker worker, PoolWorker.Assignment run) {
    JobId id = run.job.key().id();
    worker.assignments().put(id, run);
    workers.computeIfAbsent(id, i -> new ArrayList<>(1)).add(worker);
  }

  void remove(PoolWorker worker, JobId id) {
    worker.assignments().remove(id);
    List<PoolWorker> at = workers.get(id);
    if (at != null) {
      at.remove(worker);
      if (at.isEmpty()) {
        workers.remove(id);
      }
    }
  }

  /** A copy: those that run a job, whichever attempt. */
  List<PoolWorker> workers(JobId id) {
    return List.copyOf(workers.getOrDefault(id, List.of()));
  }

  boolean isRun(JobId id) {
    return workers.containsKey(id);
  }

  /** Whether a worker runs this attempt. */
  boolean has(PoolWorker worker, JobKey key) {
    PoolWorker.Assignment run = worker.assignments().get(key.id());
    return run != null && run.job.key().equals(key);
  }

  /** A worker's run of a job that it is known to run. */
  PoolWorker.Assignment of(PoolWorker worker, JobId id) {
    return Objects.requireNonNull(worker.assignments().get(id));
  }
}
