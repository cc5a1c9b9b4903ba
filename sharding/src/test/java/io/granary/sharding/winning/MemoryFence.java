package io.granary.sharding.winning;

import io.granary.protocol.ActorId;
import io.granary.protocol.port.BlockFence;
import io.granary.protocol.winning.MinedBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The rows of claimed blocks in memory. Safe for any thread. */
final class MemoryFence implements BlockFence {
  private final List<MinedBlock> rows = new ArrayList<>();

  @Override
  public synchronized CompletionStage<Boolean> claim(MinedBlock block) {
    boolean taken =
        rows.stream()
            .anyMatch(
                row ->
                    !row.claim().equals(block.claim())
                        && (row.epoch().equals(block.epoch())
                            || row.parents().equals(block.parents())));
    if (!taken) {
      rows.add(0, block);
    }
    return CompletableFuture.completedStage(!taken);
  }

  @Override
  public synchronized CompletionStage<Boolean> note(MinedBlock block) {
    rows.replaceAll(row -> row.claim().equals(block.claim()) ? block : row);
    return CompletableFuture.completedStage(true);
  }

  @Override
  public synchronized CompletionStage<List<MinedBlock>> recent(ActorId miner, int limit) {
    return CompletableFuture.completedStage(rows());
  }

  synchronized List<MinedBlock> rows() {
    return List.copyOf(rows);
  }
}
