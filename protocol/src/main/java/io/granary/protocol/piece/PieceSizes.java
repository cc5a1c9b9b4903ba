package io.granary.protocol.piece;

/** Sizes of pieces: padded ones are powers of two, unpadded ones 127/128 of that. */
public final class PieceSizes {
  /** The smallest piece, padded. */
  public static final long MIN_PADDED_BYTES = 128;

  private PieceSizes() {}

  /**
   * The padded size of the smallest piece that takes {@code dataBytes} bytes of data.
   *
   * @throws IllegalArgumentException when that would be more than 2^41
   */
  public static long paddedFor(long dataBytes) {
    if (dataBytes < 0) {
      throw new IllegalArgumentException("data size: must not be negative, got " + dataBytes);
    }
    long blocks = Math.max(1, (dataBytes - 1) / Fr32.UNPADDED_BLOCK + 1);
    long rounded = Long.highestOneBit(blocks) == blocks ? blocks : Long.highestOneBit(blocks) << 1;
    if (rounded > (1L << 34)) {
      throw new IllegalArgumentException("data size: a piece has at most 2^41 bytes");
    }
    return rounded * Fr32.PADDED_BLOCK;
  }

  /** Levels of the tree over 32-byte leaves: log2 of the leaves. */
  static int level(long paddedBytes) {
    if (paddedBytes < MIN_PADDED_BYTES || Long.bitCount(paddedBytes) != 1) {
      throw new IllegalArgumentException(
          "piece size: expected a power of two of at least 128 padded bytes, got " + paddedBytes);
    }
    int level = Long.numberOfTrailingZeros(paddedBytes) - 5;
    if (level > ZeroPieces.LEVELS) {
      throw new IllegalArgumentException(
          "piece size: at most 2^41 padded bytes, got " + paddedBytes);
    }
    return level;
  }
}
