package io.granary.protocol.miner;

import io.granary.protocol.sector.SectorOrder.PieceSource;

/**
 * A piece that has its place in a sector.
 *
 * @param orderId of whoever ordered it
 * @param offset padded bytes before it, a multiple of its size
 */
public record PackedPiece(String orderId, PieceSource piece, long offset) {
  public PackedPiece {
    if (offset < 0 || offset % piece.paddedBytes() != 0) {
      throw new IllegalArgumentException(
          orderId + ": a piece of " + piece.paddedBytes() + " padded bytes at " + offset);
    }
  }

  /** Where the next piece may begin at the earliest. */
  public long end() {
    return offset + piece.paddedBytes();
  }
}
