package io.granary.ops.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.chain.ChainNodeStatus;
import io.granary.protocol.chain.ChainStatus;
import io.granary.protocol.port.ChainNodes;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** {@code /v1/chain}: the chain nodes as this node sees them. */
final class ChainRoutes {
  private ChainRoutes() {}

  static List<Endpoint> of(ChainNodes chain) {
    return List.of(
        Endpoint.get(
            "/v1/chain",
            Set.of(),
            call -> CompletableFuture.completedFuture(json(chain.chainStatus()))));
  }

  private static JsonNode json(ChainStatus status) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    status.head().ifPresent(head -> answer.put("head", head.height().value()));
    answer.put("blockDelaySeconds", status.blockDelaySeconds()).put("late", status.late());
    ArrayNode nodes = answer.putArray("nodes");
    status.nodes().forEach(node -> put(nodes.addObject(), node));
    return answer;
  }

  private static void put(ObjectNode row, ChainNodeStatus node) {
    row.put("url", node.url())
        .put("reachable", node.reachable())
        .put("believed", node.believed())
        .put("followed", node.followed());
    node.reason().ifPresent(reason -> row.put("reason", reason));
    node.head()
        .ifPresent(
            head -> {
              row.put("head", head.height().value())
                  .put("parentWeight", head.blocks().get(0).parentWeight().toString());
              ArrayNode key = row.putArray("headKey");
              head.key().cids().forEach(cid -> key.add(cid.toString()));
            });
    node.headAgeSeconds().ifPresent(age -> row.put("headAgeSeconds", age));
    row.put("lagEpochs", node.lagEpochs());
    node.answerMillisMedian().ifPresent(millis -> row.put("answerMillisMedian", millis));
    node.answerMillisP95().ifPresent(millis -> row.put("answerMillisP95", millis));
    row.put("answers", node.answers()).put("failures", node.failures());
    node.lastError().ifPresent(error -> row.put("lastError", error));
  }
}
