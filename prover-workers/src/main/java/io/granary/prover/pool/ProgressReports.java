package io.granary.prover.pool;

import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.port.JobReports;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.ObjIntConsumer;

/**
 * Reports a job's progress to its asker, not more often than wanted: a new stage at once, a new
 * percentage of the same stage when the interval has passed. Thread-safe.
 */
final class ProgressReports implements ObjIntConsumer<String> {
  private final JobReports reports;
  private final JobRequest request;
  private final String worker;
  private final long intervalNanos;
  private final LongSupplier nanos;
  private String stage = "";
  private int percent = -1;
  private long reportedNanos;

  ProgressReports(
      JobReports reports,
      JobRequest request,
      String worker,
      Duration interval,
      LongSupplier nanos) {
    this.reports = reports;
    this.request = request;
    this.worker = worker;
    this.intervalNanos = interval.toNanos();
    this.nanos = nanos;
  }

  @Override
  public void accept(String reachedStage, int reachedPercent) {
    if (isDue(reachedStage, reachedPercent)) {
      reports.deliver(
          request.recipient(),
          new JobReport.Progress(
              request.id(), request.attempt(), worker, reachedStage, reachedPercent));
    }
  }

  private synchronized boolean isDue(String reachedStage, int reachedPercent) {
    long now = nanos.getAsLong();
    boolean due =
        !reachedStage.equals(stage)
            || (reachedPercent != percent && now - reportedNanos >= intervalNanos);
    if (due) {
      stage = reachedStage;
      percent = reachedPercent;
      reportedNanos = now;
    }
    return due;
  }
}
