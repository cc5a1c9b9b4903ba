package io.granary.sharding.sector;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.port.Deadlines;
import io.granary.protocol.port.Miners;
import io.granary.protocol.port.SectorSummaries;
import io.granary.protocol.port.SectorSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Miner, deadline and read model: they remember what they were told. */
public final class FakeNeighbours implements Miners, Deadlines, SectorSummaries {
  private final List<String> motion = new ArrayList<>();
  private final List<SectorLocation> readable = new ArrayList<>();
  private final List<SectorSummary> rows = new ArrayList<>();
  private boolean losesRows;

  @Override
  public synchronized void sectorInMotion(SectorId sector) {
    motion.add("in motion");
  }

  @Override
  public synchronized void sectorAtRest(SectorId sector) {
    motion.add("at rest");
  }

  @Override
  public void tick(MinerConfig miner, long index, Tick tick) {
    throw new UnsupportedOperationException("a sector ticks no deadline");
  }

  @Override
  public synchronized void readableAgain(SectorId sector, SectorLocation location) {
    readable.add(location);
  }

  /** From now on no row is written. */
  synchronized void loseRows(boolean lose) {
    losesRows = lose;
  }

  @Override
  public synchronized CompletionStage<Void> upsert(SectorSummary summary) {
    if (losesRows) {
      return CompletableFuture.failedFuture(new IllegalStateException("the store is away"));
    }
    rows.add(summary);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<List<SectorSummary>> list(
      ActorId miner, Optional<String> state, Optional<Long> after, int limit) {
    throw new UnsupportedOperationException("a sector reads no rows");
  }

  @Override
  public CompletionStage<List<ActorId>> miners() {
    throw new UnsupportedOperationException("a sector reads no rows");
  }

  synchronized List<String> motion() {
    return List.copyOf(motion);
  }

  synchronized List<SectorLocation> readable() {
    return List.copyOf(readable);
  }

  /** The newest row. */
  synchronized SectorSummary row() {
    return rows.get(rows.size() - 1);
  }
}
