package io.granary.protocol.port;

import io.granary.protocol.ActorId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The sector read model: one row a sector, written by the entity after each event. */
public interface SectorSummaries {
  /** Stores {@code summary} unless a row of a higher sequence is there. */
  CompletionStage<Void> upsert(SectorSummary summary);

  /**
   * Rows of a miner in ascending sector number, after {@code after}, at most {@code limit}.
   *
   * @param state only rows of this state, when given
   */
  CompletionStage<List<SectorSummary>> list(
      ActorId miner, Optional<String> state, Optional<Long> after, int limit);

  /** Every miner that has rows. */
  CompletionStage<List<ActorId>> miners();
}
