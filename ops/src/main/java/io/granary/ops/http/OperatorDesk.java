package io.granary.ops.http;

import io.granary.protocol.Epoch;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.port.JobPool;
import io.granary.protocol.port.JobReports;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jobs that operators ask for on this node, and the reports that come back for them. Thread-safe. A
 * request is forgotten when it is answered or has waited too long.
 */
public final class OperatorDesk implements JobReports {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorDesk.class);
  private static final int OPEN_MAX = 64;

  private final String node;
  private final Map<String, CompletableFuture<JobOutput>> open = new ConcurrentHashMap<>();

  public OperatorDesk(String node) {
    this.node = node;
  }

  /**
   * Asks {@code pool} for a job; the stage fails with {@link Problem} when the job does, or brings
   * nothing within {@code limit}.
   */
  public CompletionStage<JobOutput> ask(JobPool pool, JobSpec spec, Duration limit) {
    if (open.size() >= OPEN_MAX) {
      return CompletableFuture.failedFuture(
          Problem.unavailable(OPEN_MAX + " requests wait already; try again later"));
    }
    String request = UUID.randomUUID().toString();
    CompletableFuture<JobOutput> answer = new CompletableFuture<>();
    open.put(request, answer);
    pool.request(
        new JobRequest(
            spec.id(), 1, spec, new Recipient.Operator(node, request), new Epoch(Long.MAX_VALUE)));
    return answer
        .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((output, failure) -> open.remove(request));
  }

  @Override
  public void deliver(Recipient recipient, JobReport report) {
    if (!(recipient instanceof Recipient.Operator operator)) {
      throw new IllegalArgumentException("not an operator's report: " + recipient);
    }
    if (!operator.node().equals(node)) {
      LOG.warn("an operator's request of node {} ended here; it is lost", operator.node());
      return;
    }
    CompletableFuture<JobOutput> answer = open.get(operator.request());
    if (answer == null) {
      return;
    }
    if (report instanceof JobReport.Succeeded succeeded) {
      answer.complete(succeeded.output());
    } else if (report instanceof JobReport.Failed failed) {
      answer.completeExceptionally(
          Problem.conflict(failed.failure().kind() + ": " + failed.failure().message()));
    }
  }
}
