package io.granary.ops.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.granary.prover.JobClass;
import io.granary.prover.pool.PoolStatus;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;

/** What operators see of the prover pool, and the one thing they may change in it. */
public final class PoolService {
  private static final int WAITING_SHOWN_MAX = 100;

  private final IntFunction<CompletionStage<PoolStatus>> status;
  private final BiConsumer<String, JobClass> release;

  /**
   * @param status tells of the pool, with so many of the waiting jobs
   * @param release lets the named worker have jobs of the class again
   */
  public PoolService(
      IntFunction<CompletionStage<PoolStatus>> status, BiConsumer<String, JobClass> release) {
    this.status = status;
    this.release = release;
  }

  CompletionStage<PoolStatus> status() {
    return status.apply(WAITING_SHOWN_MAX);
  }

  /**
   * Ends a worker's quarantine before its next test does. Refused for what is in none, so that a
   * misspelt name does not pass for a release.
   */
  CompletionStage<JsonNode> release(String workerText, String classText) {
    JobClass jobClass =
        Arrays.stream(JobClass.values())
            .filter(each -> each.name().equals(classText))
            .findFirst()
            .orElseThrow(
                () ->
                    Problem.badRequest(
                        "class: expected one of "
                            + Arrays.toString(JobClass.values())
                            + ", got "
                            + classText));
    return status().thenApply(pool -> released(pool, workerText, jobClass));
  }

  private JsonNode released(PoolStatus pool, String workerText, JobClass jobClass) {
    Optional<PoolStatus.WorkerStatus> worker =
        pool.workers().stream().filter(each -> each.name().equals(workerText)).findFirst();
    if (worker.isEmpty()) {
      throw Problem.notFound("worker: no worker is called " + workerText);
    }
    String reason =
        worker.get().quarantined().stream()
            .filter(bar -> bar.jobClass() == jobClass)
            .map(PoolStatus.QuarantineStatus::reason)
            .findFirst()
            .orElseThrow(
                () ->
                    Problem.conflict(
                        "class: " + workerText + " is in no quarantine for " + jobClass));
    release.accept(workerText, jobClass);
    return JsonNodeFactory.instance
        .objectNode()
        .put("worker", workerText)
        .put("class", jobClass.name())
        .put("reason", reason);
  }
}
