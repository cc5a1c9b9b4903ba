package io.granary.sharding.sector;

import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.PieceDeals;
import io.granary.protocol.port.PieceDeals.OfPiece;
import io.granary.protocol.port.PieceDeals.Standing;
import io.granary.protocol.port.PieceDeals.Wish;
import io.granary.protocol.sector.SectorPiece;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the deals of a sector's pieces say of its unsealed copy. It goes only on their word: what is
 * not known keeps it. Pure.
 */
final class UnsealedWishes {
  /** Distinct pieces that are asked about; a sector of more keeps its copy. */
  static final int PIECES_MAX = 1024;

  private UnsealedWishes() {}

  /** The pieces to ask about; none when the copy stays whatever is known of them. */
  static Set<Commitment> asked(List<SectorPiece> pieces) {
    Set<Commitment> asked = new HashSet<>();
    for (SectorPiece piece : pieces) {
      if (deal(piece).isEmpty()) {
        return Set.of();
      }
      asked.add(piece.info().commP());
    }
    return asked.size() > PIECES_MAX ? Set.of() : Set.copyOf(asked);
  }

  /** Why the copy stays; empty when no deal of any piece minds that it goes. */
  static Optional<String> reasonToKeep(List<SectorPiece> pieces, Map<Commitment, OfPiece> known) {
    if (pieces.isEmpty()) {
      return Optional.of("the sector has no data");
    }
    for (SectorPiece piece : pieces) {
      Optional<String> reason = reasonToKeep(piece, known);
      if (reason.isPresent()) {
        return reason.map(why -> "piece " + piece.info().commP() + ": " + why);
      }
    }
    // Deals that wanted it may all have ended: what they stored may still be served.
    boolean asked =
        pieces.stream()
            .map(piece -> Optional.ofNullable(known.get(piece.info().commP())))
            .flatMap(found -> found.map(OfPiece::wishes).orElse(List.of()).stream())
            .anyMatch(wish -> !wish.keepUnsealed());
    return asked ? Optional.empty() : Optional.of("no deal asked for its removal");
  }

  private static Optional<String> reasonToKeep(SectorPiece piece, Map<Commitment, OfPiece> known) {
    Optional<DealId> deal = deal(piece);
    if (deal.isEmpty()) {
      return Optional.of("it belongs to no deal: " + piece.source());
    }
    OfPiece found = known.get(piece.info().commP());
    if (found == null || found.wishes().size() >= PieceDeals.DEALS_MAX) {
      return Optional.of("what its deals want is not known");
    }
    if (found.wishes().stream().noneMatch(wish -> wish.deal().equals(deal.get()))) {
      return Optional.of("deal " + deal.get() + " has not said what it wants");
    }
    return reasonToKeep(found);
  }

  /** A deal of the same piece in another sector counts too: it may be served from here. */
  private static Optional<String> reasonToKeep(OfPiece piece) {
    for (Wish wish : piece.wishes()) {
      if (wish.standing() == Standing.COMING) {
        return Optional.of("deal " + wish.deal() + " has no sealed sector yet");
      }
      if (wish.standing() == Standing.LIVE && wish.keepUnsealed()) {
        return Optional.of("deal " + wish.deal() + " wants it kept");
      }
      if (wish.standing() == Standing.LIVE && piece.exposure().indexedBlocks().isEmpty()) {
        return Optional.of("it is not indexed yet");
      }
    }
    return Optional.empty();
  }

  private static Optional<DealId> deal(SectorPiece piece) {
    return StagedFile.ofSource(piece.source(), piece.payloadBytes()).flatMap(StagedFile::deal);
  }
}
