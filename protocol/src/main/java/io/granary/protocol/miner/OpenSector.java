package io.granary.protocol.miner;

import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.sector.ExpirationBounds;
import io.granary.protocol.sector.SectorOrder;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A sector that has its number and takes pieces, and of which no other entity knows yet. Each piece
 * lies at the lowest free multiple of its size. So the order, which has them by offset, is laid out
 * the same by whoever fills the sector ({@link io.granary.protocol.piece.SectorLayout}): before
 * each of them there is no room for it.
 *
 * @param opened when its first piece came
 * @param pieces in the order in which they came
 */
public record OpenSector(
    SectorId sector, RegisteredSealProof sealProof, Instant opened, List<PackedPiece> pieces) {
  /** Pieces of a sector below 64 GiB, as a Lotus node limits them (storage-sealing/input.go). */
  private static final int PIECES_MAX = 256;

  private static final long LARGE_BYTES = 1L << 36;

  public OpenSector {
    pieces = List.copyOf(pieces);
    long end = 0;
    for (PackedPiece piece : byOffset(pieces)) {
      if (piece.offset() < end) {
        throw new IllegalArgumentException(
            "sector " + sector + ": the piece of " + piece.orderId() + " lies over another");
      }
      end = piece.end();
    }
    if (end > sealProof.sectorSize().bytes()) {
      throw new IllegalArgumentException("sector " + sector + ": pieces of " + end + " bytes");
    }
  }

  /** Without pieces so far. */
  public static OpenSector of(SectorId sector, RegisteredSealProof sealProof, Instant opened) {
    return new OpenSector(sector, sealProof, opened, List.of());
  }

  private static List<PackedPiece> byOffset(List<PackedPiece> pieces) {
    return pieces.stream().sorted(Comparator.comparingLong(PackedPiece::offset)).toList();
  }

  /** Padded bytes that no piece takes, be they of use or not. */
  public long freeBytes() {
    return sealProof.sectorSize().bytes()
        - pieces.stream().mapToLong(packed -> packed.piece().paddedBytes()).sum();
  }

  /** Whether nothing can come in any more. */
  public boolean full() {
    return freeBytes() == 0 || pieces.size() >= piecesMax();
  }

  private int piecesMax() {
    return sealProof.sectorSize().bytes() < LARGE_BYTES ? PIECES_MAX : 2 * PIECES_MAX;
  }

  /** Where a piece of that size would lie: at the lowest free multiple of it; empty without one. */
  public OptionalLong offsetFor(long paddedBytes) {
    if (pieces.size() >= piecesMax()) {
      return OptionalLong.empty();
    }
    long at = 0;
    for (PackedPiece piece : byOffset(pieces)) {
      if (aligned(at, paddedBytes) + paddedBytes <= piece.offset()) {
        break;
      }
      at = piece.end();
    }
    long offset = aligned(at, paddedBytes);
    return offset + paddedBytes <= sealProof.sectorSize().bytes()
        ? OptionalLong.of(offset)
        : OptionalLong.empty();
  }

  private static long aligned(long offset, long size) {
    return (offset + size - 1) / size * size;
  }

  /** Whether there is an expiration that suits {@code piece} and all that are in. */
  public boolean outlives(PieceSource piece) {
    long earliest = Long.MIN_VALUE;
    long latest = Long.MAX_VALUE;
    List<PieceSource> all = new ArrayList<>(pieces.stream().map(PackedPiece::piece).toList());
    all.add(piece);
    for (PieceSource each : all) {
      Optional<ExpirationBounds> bounds = each.bounds();
      if (bounds.isPresent()) {
        earliest = Math.max(earliest, bounds.get().earliest().value());
        latest = Math.min(latest, bounds.get().latest().value());
      }
    }
    return earliest <= latest;
  }

  /** The piece of the order {@code orderId}. */
  public Optional<PackedPiece> piece(String orderId) {
    return pieces.stream().filter(packed -> packed.orderId().equals(orderId)).findFirst();
  }

  /**
   * With {@code piece} too.
   *
   * @throws IllegalArgumentException when it lies over another or beyond the end
   */
  public OpenSector with(PackedPiece piece) {
    List<PackedPiece> more = new ArrayList<>(pieces);
    more.add(piece);
    return new OpenSector(sector, sealProof, opened, more);
  }

  /** With {@code piece} in the place of the one of the order {@code orderId}. */
  public OpenSector with(PackedPiece piece, String orderId) {
    return new OpenSector(
        sector,
        sealProof,
        opened,
        pieces.stream().map(each -> each.orderId().equals(orderId) ? piece : each).toList());
  }

  /** Without the piece of the order {@code orderId}; those that came later may move up. */
  public OpenSector without(String orderId) {
    OpenSector rest = of(sector, sealProof, opened);
    for (PackedPiece each : pieces) {
      if (!each.orderId().equals(orderId)) {
        long offset =
            rest.offsetFor(each.piece().paddedBytes())
                .orElseThrow(() -> new IllegalStateException(sector + ": fewer pieces fit less"));
        rest = rest.with(new PackedPiece(each.orderId(), each.piece(), offset));
      }
    }
    return rest;
  }

  /** The order for it as it is now. */
  public SectorOrder order() {
    return new SectorOrder(
        sector, sealProof, byOffset(pieces).stream().map(PackedPiece::piece).toList());
  }

  /** When the first deal of it starts. */
  public Optional<Epoch> startEpoch() {
    return order().startEpoch();
  }
}
