package io.granary.protocol.port;

import io.granary.protocol.ActorId;
import io.granary.protocol.winning.MinedBlock;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Compare-and-set rows in the store that make a second block of a miner impossible, even for two
 * producers in a split: one for the epoch and one for the parents, both claimed before anything is
 * signed.
 */
public interface BlockFence {
  /**
   * Claims {@code block}'s epoch and parents. True when both are now, or already were, this very
   * claim's; false when another one holds either. A stage that fails says nothing: asking again
   * with the same claim finds out.
   */
  CompletionStage<Boolean> claim(MinedBlock block);

  /** Keeps what became of a claimed epoch; does nothing when another claim holds it. */
  CompletionStage<Boolean> note(MinedBlock block);

  /** The newest claimed epochs of {@code miner}, newest first, at most {@code limit}. */
  CompletionStage<List<MinedBlock>> recent(ActorId miner, int limit);
}
