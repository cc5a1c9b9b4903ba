package io.granary.sharding.miner;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorNumber;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Finds sectors whose row in the read model is behind their journal. */
@FunctionalInterface
public interface StaleRows {
  /**
   * Those of the {@code count} sectors from number {@code from} on whose row is missing or was made
   * at fewer events than the journal holds, ascending. A sector that changes meanwhile may be named
   * although its row is on its way.
   */
  CompletionStage<List<SectorNumber>> among(ActorId miner, long from, int count);
}
