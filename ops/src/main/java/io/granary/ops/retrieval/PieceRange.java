package io.granary.ops.retrieval;

import io.granary.protocol.piece.PieceInfo;
import java.io.IOException;

/** What a copy of a piece may be asked for. */
final class PieceRange {
  private PieceRange() {}

  /**
   * Refuses what is not within the piece.
   *
   * @param offset unpadded bytes from its start
   * @throws IOException naming the range
   */
  static void requireWithin(PieceInfo piece, long offset, long length) throws IOException {
    if (offset < 0 || length < 0 || offset > piece.unpaddedBytes() - length) {
      throw new IOException(
          "bytes " + offset + " + " + length + " are not in " + piece.unpaddedBytes());
    }
  }
}
