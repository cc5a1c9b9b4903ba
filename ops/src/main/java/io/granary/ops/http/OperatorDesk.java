package io.granary.ops.http;

import io.granary.protocol.Epoch;
import io.granary.protocol.job.JobId;
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
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jobs that operators ask for on this node, and the reports that come back for them. Thread-safe. A
 * request is forgotten when it is answered or has waited too long.
 */
public final class OperatorDesk implements JobReports {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorDesk.class);
  private static final int OPEN_MAX = 64;

  /** An operator's job is asked for once; a failure is the operator's to hear. */
  private static final long ATTEMPT = 1;

  private final String node;
  private final Map<JobId, Open> open = new ConcurrentHashMap<>();

  private record Open(String request, JobRequest asked, CompletableFuture<JobOutput> answer) {}

  public OperatorDesk(String node) {
    this.node = node;
  }

  /**
   * Asks {@code pool} for a job; the stage fails with {@link Problem} when the job does, and with a
   * {@link java.util.concurrent.TimeoutException} when it brings nothing within {@code limit}. The
   * pool takes two requests for one job as one, and only the first would hear of it, so the second
   * is refused while the first waits.
   */
  public CompletionStage<JobOutput> ask(JobPool pool, JobSpec spec, Duration limit) {
    return ask(pool, spec, new Epoch(Long.MAX_VALUE), limit);
  }

  /**
   * The same for a job that is worthless after {@code lastUseful}: the pool's order goes by it.
   *
   * @param limit for the answer
   */
  public CompletionStage<JobOutput> ask(
      JobPool pool, JobSpec spec, Epoch lastUseful, Duration limit) {
    String request = UUID.randomUUID().toString();
    JobId job = spec.id();
    Open asked =
        new Open(
            request,
            new JobRequest(job, ATTEMPT, spec, new Recipient.Operator(node, request), lastUseful),
            new CompletableFuture<>());
    if (open.size() >= OPEN_MAX) {
      return CompletableFuture.failedFuture(
          Problem.unavailable(OPEN_MAX + " requests wait already; try again later"));
    }
    if (open.putIfAbsent(job, asked) != null) {
      return CompletableFuture.failedFuture(
          Problem.conflict("the same job was asked for already, and is not done"));
    }
    pool.request(asked.asked());
    return asked
        .answer()
        .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (output, failure) -> {
              open.remove(job, asked);
              if (failure instanceof TimeoutException) {
                pool.cancel(job, ATTEMPT);
              }
            });
  }

  /**
   * Asks for a job that waits once more, in case the pool has lost it with its node; one that it
   * has stays as it is.
   */
  public void askAgain(JobPool pool, JobSpec spec) {
    Open asked = open.get(spec.id());
    if (asked != null) {
      pool.request(asked.asked());
    }
  }

  /** Cancels a job; who asked for it hears {@code reason}. One that is not open is let be. */
  public void giveUp(JobPool pool, JobSpec spec, String reason) {
    JobId job = spec.id();
    Open asked = open.remove(job);
    if (asked != null) {
      pool.cancel(job, ATTEMPT);
      asked.answer().completeExceptionally(Problem.unavailable(reason));
    }
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
    Open asked = open.get(report.id());
    if (asked == null || !asked.request().equals(operator.request())) {
      LOG.info("nobody waits any more for job {} of request {}", report.id(), operator.request());
      return;
    }
    if (report instanceof JobReport.Succeeded succeeded) {
      asked.answer().complete(succeeded.output());
    } else if (report instanceof JobReport.Failed failed) {
      asked
          .answer()
          .completeExceptionally(
              Problem.conflict(failed.failure().kind() + ": " + failed.failure().message()));
    }
  }
}
