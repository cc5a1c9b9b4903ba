package io.granary.protocol.port;

import io.granary.protocol.piece.PieceInfo;

/**
 * What the piece index says of a piece.
 *
 * @param payloadBytes bytes of data in the piece
 * @param blocks blocks indexed, repeated ones each time; 0 when the data is no CAR
 * @param chunks chunks of {@link PieceIndex#CHUNK_BLOCKS_MAX} blocks they are stored in
 * @param stage how far its index is
 */
public record IndexedPiece(
    PieceInfo piece, long payloadBytes, long blocks, int chunks, Stage stage) {
  /** The life of a piece's index. */
  public enum Stage {
    /** Chunks are being added; what is there may be used. */
    BUILDING,
    /** All blocks are there. */
    COMPLETE,
    /** Being removed; begun again when it was broken off. */
    REMOVING
  }

  public IndexedPiece {
    if (payloadBytes < 0 || payloadBytes > piece.unpaddedBytes()) {
      throw new IllegalArgumentException(
          "piece: " + payloadBytes + " bytes of data in " + piece.unpaddedBytes());
    }
    if (blocks < 0 || chunks < 0) {
      throw new IllegalArgumentException(
          "piece index: blocks " + blocks + ", chunks " + chunks + " must not be negative");
    }
  }

  /** This at another stage. */
  public IndexedPiece at(Stage other) {
    return new IndexedPiece(piece, payloadBytes, blocks, chunks, other);
  }
}
