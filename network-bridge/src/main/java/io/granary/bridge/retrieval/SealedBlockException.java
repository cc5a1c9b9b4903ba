package io.granary.bridge.retrieval;

import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.PieceReader;

/** A block that lies in pieces which would have to be decoded first. */
final class SealedBlockException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient PieceReader.Lookup.Sealed piece;
  private final int dataBytes;

  SealedBlockException(Cid cid, PieceReader.Lookup.Sealed piece, int dataBytes) {
    super(
        "block "
            + cid
            + " lies in piece "
            + Cid.commP(piece.piece().commP())
            + ", which is sealed in sector "
            + piece.sector(),
        null,
        false,
        false);
    this.piece = piece;
    this.dataBytes = dataBytes;
  }

  PieceReader.Lookup.Sealed piece() {
    return piece;
  }

  /** Length of the block, as the index has it. */
  int dataBytes() {
    return dataBytes;
  }
}
