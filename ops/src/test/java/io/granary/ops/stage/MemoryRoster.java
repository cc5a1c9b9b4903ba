package io.granary.ops.stage;

import io.granary.protocol.ActorId;
import io.granary.protocol.port.MinerRoster;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListSet;

/** A roster in memory. */
public final class MemoryRoster implements MinerRoster {
  private final ConcurrentSkipListSet<ActorId> miners = new ConcurrentSkipListSet<>();

  @Override
  public CompletionStage<Void> add(ActorId miner) {
    miners.add(miner);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<List<ActorId>> all() {
    return CompletableFuture.completedFuture(List.copyOf(miners));
  }
}
