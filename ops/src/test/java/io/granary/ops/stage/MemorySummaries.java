package io.granary.ops.stage;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import io.granary.protocol.port.SectorSummaries;
import io.granary.protocol.port.SectorSummary;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;

/** The sector read model in memory. */
final class MemorySummaries implements SectorSummaries {
  private final ConcurrentSkipListMap<SectorId, SectorSummary> rows = new ConcurrentSkipListMap<>();

  @Override
  public CompletionStage<Void> upsert(SectorSummary summary) {
    rows.merge(
        summary.sector(),
        summary,
        (before, now) -> now.sequence() < before.sequence() ? before : now);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<List<SectorSummary>> list(
      ActorId miner, Optional<String> state, Optional<Long> after, int limit) {
    return CompletableFuture.completedFuture(
        rows.values().stream()
            .filter(row -> row.sector().miner().equals(miner))
            .filter(row -> state.isEmpty() || state.get().equals(row.state()))
            .filter(row -> after.isEmpty() || row.sector().number().value() > after.get())
            .limit(limit)
            .toList());
  }

  @Override
  public CompletionStage<List<ActorId>> miners() {
    return CompletableFuture.completedFuture(
        rows.keySet().stream().map(SectorId::miner).distinct().toList());
  }
}
