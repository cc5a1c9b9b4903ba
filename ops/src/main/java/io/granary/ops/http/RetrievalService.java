package io.granary.ops.http;

import io.granary.bridge.retrieval.PieceName;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.PieceDeals;
import io.granary.protocol.port.PieceReader;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What operators see of this node's retrieval, and of a piece. */
public final class RetrievalService {
  private final Optional<RetrievalView> view;
  private final Function<Commitment, CompletionStage<Optional<IndexedPiece>>> index;
  private final PieceDeals deals;

  /**
   * @param view empty on a node that does not serve
   * @param index tells how a piece is indexed
   */
  public RetrievalService(
      Optional<RetrievalView> view,
      Function<Commitment, CompletionStage<Optional<IndexedPiece>>> index,
      PieceDeals deals) {
    this.view = view;
    this.index = index;
    this.deals = deals;
  }

  /**
   * What is known of a piece.
   *
   * @param found what this node would serve of it; empty on a node that does not serve
   * @param index empty when it was never indexed
   */
  record Piece(
      Commitment commP,
      Optional<PieceReader.Lookup> found,
      Optional<IndexedPiece> index,
      PieceDeals.OfPiece deals) {
    boolean known() {
      return index.isPresent()
          || !deals.wishes().isEmpty()
          || found.filter(lookup -> !(lookup instanceof PieceReader.Lookup.Unknown)).isPresent();
    }
  }

  RetrievalView.Status status() {
    return view.map(RetrievalView::status)
        .orElseThrow(() -> Problem.notFound("retrieval: this node serves no pieces"));
  }

  /** What is known of the piece with the CID {@code text}. */
  CompletionStage<Piece> piece(String text) {
    Commitment commP = commP(text);
    Optional<PieceReader.Lookup> found = view.map(serving -> serving.find(commP));
    return index
        .apply(commP)
        .thenCombine(deals.of(commP), (indexed, wishes) -> new Piece(commP, found, indexed, wishes))
        .thenApply(
            piece -> {
              if (!piece.known()) {
                throw Problem.notFound("piece: nothing is known of " + text);
              }
              return piece;
            });
  }

  private static Commitment commP(String text) {
    try {
      return PieceName.of(Cid.parse(text)).commP();
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("piece: " + e.getMessage());
    }
  }
}
