package io.granary.protocol.port;

import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.Exposure;
import io.granary.protocol.piece.Commitment;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Between the deals, which say what they want of a piece, and the nodes that serve it, which say
 * how far it can be found. Stages fail when the store cannot be asked. Thread-safe.
 */
public interface PieceDeals {
  /** The most deals of one piece that are looked at. */
  int DEALS_MAX = 1000;

  /** How far a deal is with its piece. */
  enum Standing {
    /** It has, or had, a place in a sector that is not sealed yet. */
    COMING,
    /** Its sector holds the piece. */
    LIVE,
    /** It ended, or failed. */
    ENDED
  }

  /**
   * What a deal wants.
   *
   * @param announce whether indexers are told
   * @param keepUnsealed whether an unsealed copy is kept
   */
  record Wish(DealId deal, Standing standing, boolean announce, boolean keepUnsealed) {}

  /**
   * What is known of a piece.
   *
   * @param wishes of the deals that have, or had, a place in a sector for it; empty for a piece
   *     that belongs to none
   */
  record OfPiece(List<Wish> wishes, Exposure exposure) {
    public OfPiece {
      wishes = List.copyOf(wishes);
    }
  }

  /**
   * Stores what a deal wants, unless a later wish of it is there.
   *
   * @param sequence the deal's event count
   */
  CompletionStage<Void> put(Commitment piece, Wish wish, long sequence);

  /** What is known of a piece, of at most {@link #DEALS_MAX} deals. */
  CompletionStage<OfPiece> of(Commitment piece);

  /** Stores how far a piece can be found, in place of what was. */
  CompletionStage<Void> expose(Commitment piece, Exposure exposure);
}
