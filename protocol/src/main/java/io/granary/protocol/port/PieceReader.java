package io.granary.protocol.port;

import io.granary.protocol.piece.Commitment;

/**
 * Pieces whose data can be read on this node. Looking up and reading may block on disks.
 * Thread-safe.
 */
public interface PieceReader {
  /** The copy of a piece that is here, or why there is none. */
  Lookup find(Commitment commP);

  /** What a lookup ends in. */
  sealed interface Lookup {
    /** The data can be read. */
    record Here(PieceCopy copy) implements Lookup {}

    /**
     * The provider holds the piece, but no unsealed copy of it can be read on this node.
     *
     * @param reason what is missing, fit for a client's eyes
     */
    record NoCopy(String reason) implements Lookup {}

    /** Nothing is known of the piece. */
    record Unknown() implements Lookup {}
  }
}
