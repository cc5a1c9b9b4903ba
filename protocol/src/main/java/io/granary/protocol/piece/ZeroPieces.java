package io.granary.protocol.piece;

import io.granary.protocol.Bytes;

/** Commitments of pieces that are all zeros, also the CommD of sectors without data. */
public final class ZeroPieces {
  /** Tree levels above a leaf for which a zero root is kept: up to 2^41 padded bytes. */
  static final int LEVELS = 36;

  private static final byte[][] ROOTS = roots();

  private ZeroPieces() {}

  private static byte[][] roots() {
    MerkleNodes nodes = new DigestMerkleNodes();
    byte[][] roots = new byte[LEVELS + 1][];
    roots[0] = new byte[MerkleNodes.NODE];
    for (int level = 1; level <= LEVELS; level++) {
      roots[level] = nodes.combine(roots[level - 1], roots[level - 1]);
    }
    return roots;
  }

  /** The root over 2^{@code level} zero leaves; not to be changed. */
  static byte[] root(int level) {
    return ROOTS[level];
  }

  /**
   * The commitment of {@code paddedBytes} zeros.
   *
   * @param paddedBytes a power of two from 128 to 2^41
   */
  public static Commitment commitment(long paddedBytes) {
    return new Commitment(Bytes.of(ROOTS[PieceSizes.level(paddedBytes)]));
  }

  /** The piece of {@code paddedBytes} zeros. */
  public static PieceInfo piece(long paddedBytes) {
    return new PieceInfo(commitment(paddedBytes), paddedBytes);
  }
}
