package io.granary.sharding.winning;

import io.granary.protocol.chain.TipSet;
import io.granary.protocol.winning.MinedBlock;
import java.util.List;

/** What the producer of one miner's blocks hears. All of it stays on its node. */
sealed interface WinningMinerCommand {
  record HeadSeen(TipSet head) implements WinningMinerCommand {}

  /** The time of a round may have come. */
  record Due() implements WinningMinerCommand {}

  record MadeRead(List<MinedBlock> made) implements WinningMinerCommand {
    public MadeRead {
      made = List.copyOf(made);
    }
  }

  record MadeUnread(Throwable cause) implements WinningMinerCommand {}

  record ReadMade() implements WinningMinerCommand {}

  /** The round of {@code base}, {@code nullRounds} above it, is over. */
  record RoundOver(TipSet base, long nullRounds, RoundResult result)
      implements WinningMinerCommand {}

  /** The tipset of the chain at the epoch of {@code block}, or below when that has none. */
  record PlaceHeard(MinedBlock block, TipSet there) implements WinningMinerCommand {}

  record PlaceUnheard(MinedBlock block, Throwable cause) implements WinningMinerCommand {}
}
