package io.granary.ops.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.port.BlockFence;
import io.granary.protocol.port.MinerRoster;
import io.granary.protocol.winning.MinedBlock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code /v1/mining}: the epochs that this cluster's miners won, and what became of them. */
final class MiningRoutes {
  private static final long LIMIT_MAX = 500;
  private static final long LIMIT = 50;

  private MiningRoutes() {}

  static List<Endpoint> of(BlockFence blocks, MinerRoster roster) {
    return List.of(
        Endpoint.get(
            "/v1/mining",
            Set.of("miner", "limit"),
            call -> {
              int limit = (int) call.number("limit", 1, LIMIT_MAX, LIMIT);
              Optional<ActorId> miner = call.parameter("miner").map(PathIds::miner);
              CompletionStage<List<ActorId>> miners =
                  miner
                      .<CompletionStage<List<ActorId>>>map(
                          one -> CompletableFuture.completedStage(List.of(one)))
                      .orElseGet(roster::all);
              return miners
                  .thenCompose(all -> collect(blocks, all, 0, limit, new ArrayList<>()))
                  .thenApply(found -> json(found, limit));
            }));
  }

  private static CompletionStage<List<MinedBlock>> collect(
      BlockFence blocks, List<ActorId> miners, int from, int limit, List<MinedBlock> found) {
    if (from == miners.size()) {
      return CompletableFuture.completedStage(found);
    }
    return blocks
        .recent(miners.get(from), limit)
        .thenCompose(
            more -> {
              found.addAll(more);
              return collect(blocks, miners, from + 1, limit, found);
            });
  }

  private static JsonNode json(List<MinedBlock> found, int limit) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode rows = answer.putArray("blocks");
    found.stream()
        .sorted(Comparator.comparing(MinedBlock::epoch).reversed().thenComparing(MinedBlock::miner))
        .limit(limit)
        .forEach(block -> put(rows.addObject(), block));
    return answer;
  }

  private static void put(ObjectNode row, MinedBlock block) {
    row.put("miner", block.miner().toString())
        .put("epoch", block.epoch().value())
        .put("outcome", block.outcome().name())
        .put("wins", block.winCount())
        .put("claimed", block.claimed().toString())
        .put("provenMillis", block.provenMillis());
    block.block().ifPresent(cid -> row.put("block", cid.toString()));
    if (block.submittedMillis() > 0) {
      row.put("submittedMillis", block.submittedMillis());
    }
    if (!block.detail().isEmpty()) {
      row.put("detail", block.detail());
    }
  }
}
