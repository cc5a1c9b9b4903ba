package io.granary.prover.pool;

import io.granary.prover.worker.JobRunner;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/** Shows the dispatcher's book to an operator. */
final class PoolView {
  private PoolView() {}

  static PoolStatus of(
      Collection<PoolWorker> workers, WaitingJobs waiting, int waitingMax, Duration now) {
    return new PoolStatus(
        workers.stream().map(w -> worker(w, now)).toList(),
        waiting.stream()
            .limit(waitingMax)
            .map(
                w ->
                    new PoolStatus.WaitingStatus(
                        JobKey.of(w.request()),
                        w.jobClass(),
                        JobRunner.subject(w.request().spec()),
                        w.request().lastUsefulEpoch().value(),
                        now.minus(w.since()).toMillis()))
            .toList(),
        waiting.size());
  }

  private static PoolStatus.WorkerStatus worker(PoolWorker worker, Duration now) {
    return new PoolStatus.WorkerStatus(
        worker.name(),
        now.minus(worker.heard()).toMillis(),
        worker.info().slots(),
        worker.assignments().values().stream()
            .map(
                a ->
                    new PoolStatus.RunningStatus(
                        a.job.key(),
                        a.job.jobClass(),
                        a.job.subject(),
                        now.minus(a.since).toMillis()))
            .toList(),
        worker.info().resources(),
        worker.quarantine().all().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(
                bar ->
                    new PoolStatus.QuarantineStatus(
                        bar.getKey(),
                        bar.getValue().reason(),
                        now.minus(bar.getValue().since()).toMillis()))
            .toList(),
        worker.info().transfer());
  }
}
