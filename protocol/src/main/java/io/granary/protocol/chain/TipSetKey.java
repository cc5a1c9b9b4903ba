package io.granary.protocol.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborWriter;
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

  /** The binary CIDs one after the other. */
  public Bytes toBytes() {
    return Bytes.concat(cids.stream().map(Cid::bytes).toArray(Bytes[]::new));
  }

  /** The CID of the key itself: of the CBOR byte string of {@link #toBytes}. */
  public Cid cid() {
    return Cid.dagCborBlake2b(new CborWriter().bytes(toBytes()).toBytes());
  }

  @Override
  public String toString() {
    return cids.toString();
  }
}
