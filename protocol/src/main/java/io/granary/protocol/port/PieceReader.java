package io.granary.protocol.port;

import io.granary.protocol.SectorId;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;

/**
 * Pieces whose data can be read. Looking up and reading may block on disks and other nodes.
 * Thread-safe.
 */
public interface PieceReader {
  /** The copy of a piece that can be read, or why there is none. */
  Lookup find(Commitment commP);

  /** What a lookup ends in. */
  sealed interface Lookup {
    /** The data can be read. */
    record Here(PieceCopy copy) implements Lookup {}

    /**
     * There is no copy, but the sector's replica: the data can be decoded out of it, for hours of a
     * processor core at 32 GiB.
     *
     * @param payloadBytes as {@link PieceCopy#payloadBytes}
     */
    record Sealed(PieceInfo piece, long payloadBytes, SectorId sector) implements Lookup {}

    /**
     * The provider holds the piece, but no unsealed copy of it can be read.
     *
     * @param reason what is missing, fit for a client's eyes
     */
    record NoCopy(String reason) implements Lookup {}

    /** Nothing is known of the piece. */
    record Unknown() implements Lookup {}
  }
}
