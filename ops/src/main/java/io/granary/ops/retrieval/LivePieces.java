package io.granary.ops.retrieval;

import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.PieceReader;

/** Pieces without those whose deals have all ended. Thread-safe. */
record LivePieces(PieceReader pieces, PieceWants wants) implements PieceReader {
  @Override
  public Lookup find(Commitment commP) {
    return wants.ended(commP)
        ? new Lookup.NoCopy("the deals of the piece have ended")
        : pieces.find(commP);
  }
}
