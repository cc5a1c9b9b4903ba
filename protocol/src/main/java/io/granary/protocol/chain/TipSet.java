package io.granary.protocol.chain;

import io.granary.protocol.Epoch;
import java.util.List;

/** A tipset: its blocks in order, all of one height, and their CIDs. */
public record TipSet(TipSetKey key, List<BlockHeader> blocks, Epoch height) {
  public TipSet {
    blocks = List.copyOf(blocks);
    if (key.cids().size() != blocks.size()) {
      throw new IllegalArgumentException(
          "tipset: " + key.cids().size() + " CIDs for " + blocks.size() + " blocks");
    }
  }

  /** The key of the tipset below this one; empty for genesis. */
  public TipSetKey parents() {
    return new TipSetKey(blocks.get(0).parents());
  }
}
