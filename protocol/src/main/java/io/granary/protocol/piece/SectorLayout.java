package io.granary.protocol.piece;

import io.granary.protocol.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * Pieces in order as they lie in a sector, with the zero pieces that align and fill it
 * (filecoin-proofs, pieces.rs): before each piece the smallest zero pieces that bring the offset to
 * a multiple of its size, after the last one such that fill the sector.
 *
 * @param sectorBytes padded size of the sector, a power of two
 * @param entries everything in the sector, without gaps
 */
public record SectorLayout(long sectorBytes, List<Entry> entries) {
  public SectorLayout {
    entries = List.copyOf(entries);
  }

  /**
   * A piece and where it starts.
   *
   * @param offset padded bytes from the start of the sector, a multiple of the piece's size
   * @param filler whether it is a zero piece put in between, not one that was asked for
   */
  public record Entry(PieceInfo piece, long offset, boolean filler) {
    /** Bytes of data before it. */
    public long unpaddedOffset() {
      return offset / Fr32.PADDED_BLOCK * Fr32.UNPADDED_BLOCK;
    }
  }

  /**
   * Lays out {@code pieces} in their order.
   *
   * @throws IllegalArgumentException when they do not fit with what aligns them
   */
  public static SectorLayout of(long sectorBytes, List<PieceInfo> pieces) {
    PieceSizes.level(sectorBytes);
    List<Entry> entries = new ArrayList<>();
    long offset = 0;
    for (PieceInfo piece : pieces) {
      long aligned = Math.addExact(offset, piece.paddedBytes() - 1) & -piece.paddedBytes();
      offset = fill(entries, offset, Math.min(aligned, sectorBytes));
      if (piece.paddedBytes() > sectorBytes - offset) {
        throw new IllegalArgumentException(
            "pieces: "
                + pieces.size()
                + " pieces do not fit a sector of "
                + sectorBytes
                + " padded bytes");
      }
      entries.add(new Entry(piece, offset, false));
      offset += piece.paddedBytes();
    }
    fill(entries, offset, sectorBytes);
    return new SectorLayout(sectorBytes, entries);
  }

  /** Adds zero pieces from {@code offset} up to {@code end}, each aligned to its own size. */
  private static long fill(List<Entry> entries, long offset, long end) {
    long at = offset;
    while (at < end) {
      long size = at == 0 ? Long.highestOneBit(end) : Long.lowestOneBit(at);
      entries.add(new Entry(ZeroPieces.piece(size), at, true));
      at += size;
    }
    return at;
  }

  /** The sector's data commitment. */
  public Commitment commD() {
    SubtreeStack subtrees = new SubtreeStack(new DigestMerkleNodes());
    for (Entry entry : entries) {
      subtrees.push(
          entry.piece().commP().bytes().toArray(), PieceSizes.level(entry.piece().paddedBytes()));
    }
    return new Commitment(Bytes.of(subtrees.root(PieceSizes.level(sectorBytes))));
  }
}
