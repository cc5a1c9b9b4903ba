package io.granary.devnet.chain;

import io.granary.protocol.TokenAmount;
import java.util.ArrayList;
import java.util.List;

/** Valid blocks that wait for the tipset of their round. Guarded by the chain's lock. */
final class BlockInbox {
  private final List<BlockEntry> waiting = new ArrayList<>();

  void add(BlockEntry block) {
    waiting.add(block);
  }

  /** The blocks for {@code epoch} on top of {@code base} that carry {@code baseFee}. */
  List<BlockEntry> ready(ExecutedTipSet base, long epoch, TokenAmount baseFee) {
    return waiting.stream()
        .filter(block -> base.equals(block.base()) && block.height() == epoch)
        .filter(block -> block.header().parentBaseFee().equals(baseFee))
        .toList();
  }

  /** Forgets all: the head moved, and what waited for another one is late. */
  void clear() {
    waiting.clear();
  }
}
