package io.granary.ops.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.prover.pool.PoolStatus;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** {@code /v1/provers}: workers, what they run, and what waits. */
final class PoolRoutes {
  private PoolRoutes() {}

  static List<Endpoint> of(PoolService pool) {
    return List.of(
        Endpoint.get("/v1/provers", Set.of(), call -> pool.status().thenApply(PoolRoutes::json)),
        Endpoint.post(
            "/v1/provers/release",
            Set.of("worker", "class"),
            call -> pool.release(call.requireText("worker"), call.requireText("class"))));
  }

  private static JsonNode json(PoolStatus status) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode workers = answer.putArray("workers");
    for (PoolStatus.WorkerStatus worker : status.workers()) {
      ObjectNode row =
          workers
              .addObject()
              .put("worker", worker.name())
              .put("silentMillis", worker.silentMillis());
      ObjectNode slots = row.putObject("slots");
      new TreeMap<>(worker.slots()).forEach((jobClass, count) -> slots.put(jobClass.name(), count));
      row.putObject("resources")
          .put("cores", worker.resources().cores())
          .put("memoryBytes", worker.resources().memoryBytes())
          .put("gpus", worker.resources().gpus());
      ArrayNode quarantined = row.putArray("quarantined");
      for (PoolStatus.QuarantineStatus bar : worker.quarantined()) {
        quarantined
            .addObject()
            .put("class", bar.jobClass().name())
            .put("reason", bar.reason())
            .put("millis", bar.millis());
      }
      ArrayNode running = row.putArray("running");
      for (PoolStatus.RunningStatus job : worker.running()) {
        running
            .addObject()
            .put("job", job.key().id().value())
            .put("attempt", job.key().attempt())
            .put("class", job.jobClass().name())
            .put("subject", job.subject())
            .put("millis", job.millis());
      }
    }
    ArrayNode waiting = answer.putArray("waiting");
    for (PoolStatus.WaitingStatus job : status.waiting()) {
      waiting
          .addObject()
          .put("job", job.key().id().value())
          .put("attempt", job.key().attempt())
          .put("class", job.jobClass().name())
          .put("subject", job.subject())
          .put("lastUsefulEpoch", job.lastUsefulEpoch())
          .put("millis", job.millis());
    }
    return answer.put("waitingTotal", status.waitingTotal());
  }
}
