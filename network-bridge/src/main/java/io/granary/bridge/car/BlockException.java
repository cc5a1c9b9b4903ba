package io.granary.bridge.car;

import io.granary.protocol.cid.Cid;

/** A block that cannot be trusted or used; names its CID. */
public final class BlockException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Cid cid;

  /** Says what is wrong with the block of {@code cid}. */
  public BlockException(Cid cid, String problem) {
    super("block " + cid + ": " + problem);
    this.cid = cid;
  }

  /** The block's name. */
  public Cid cid() {
    return cid;
  }
}
