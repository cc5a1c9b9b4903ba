package io.granary.bridge.retrieval;

import io.granary.protocol.piece.Commitment;
import java.io.IOException;

/** The bytes of a copy have another commitment than their piece. */
public final class DamagedCopyException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedCopyException(Commitment piece) {
    super("the copy of piece " + piece + " holds other bytes than the piece");
  }
}
