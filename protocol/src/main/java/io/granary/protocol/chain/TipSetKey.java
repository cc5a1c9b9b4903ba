package io.granary.protocol.chain;

import io.granary.protocol.cid.Cid;
import java.util.List;

/** The block CIDs of a tipset in its order; empty stands for the node's current head. */
public record TipSetKey(List<Cid> cids) {
  public static final TipSetKey HEAD = new TipSetKey(List.of());

  public TipSetKey {
    cids = List.copyOf(cids);
  }

  public boolean isHead() {
    return cids.isEmpty();
  }
}
