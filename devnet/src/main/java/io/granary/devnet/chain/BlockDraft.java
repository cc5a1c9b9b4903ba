package io.granary.devnet.chain;

import io.granary.protocol.ActorId;
import io.granary.protocol.chain.SignedMessage;
import java.util.List;

/** What of a block matters to the state: who made it, how often it won, and its messages. */
record BlockDraft(ActorId miner, long winCount, List<SignedMessage> messages) {
  static BlockDraft of(BlockEntry block) {
    return new BlockDraft(block.miner(), block.winCount(), block.messages());
  }
}
