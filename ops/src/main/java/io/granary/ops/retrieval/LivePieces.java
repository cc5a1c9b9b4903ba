package io.granary.ops.retrieval;

import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.PieceReader;
import java.util.function.Predicate;

/**
 * Pieces without those whose deals have all ended, and without those whose sectors have.
 * Thread-safe.
 */
record LivePieces(PieceReader pieces, PieceWants wants, Predicate<Commitment> sectorsEnded)
    implements PieceReader {
  @Override
  public Lookup find(Commitment commP) {
    if (wants.ended(commP)) {
      return new Lookup.NoCopy("the deals of the piece have ended");
    }
    return sectorsEnded.test(commP)
        ? new Lookup.NoCopy("the sector of the piece has ended")
        : pieces.find(commP);
  }
}
