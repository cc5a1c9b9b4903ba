package io.granary.protocol.piece;

/**
 * A piece as it lies in a sector.
 *
 * @param commP the piece commitment
 * @param paddedBytes a power of two of at least 128
 */
public record PieceInfo(Commitment commP, long paddedBytes) {
  public PieceInfo {
    if (paddedBytes < 128 || Long.bitCount(paddedBytes) != 1) {
      throw new IllegalArgumentException(
          "piece size: expected a power of two of at least 128 padded bytes, got " + paddedBytes);
    }
  }

  /** 127/128 of the padded size. */
  public long unpaddedBytes() {
    return paddedBytes / 128 * 127;
  }
}
