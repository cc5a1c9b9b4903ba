package io.granary.ops.retrieval;

import io.granary.protocol.deal.Exposure;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.PieceDeals;
import io.granary.protocol.port.PieceDeals.OfPiece;
import io.granary.protocol.port.PieceDeals.Standing;
import io.granary.protocol.port.PieceDeals.Wish;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * What the deals want of this node's pieces, as it was when each was last asked about: at every
 * look those first that are new or whose deals still wait for their sectors, then those asked about
 * longest ago, a bounded number. A piece that belongs to no deal is the operator's own: it is
 * advertised and served. Used by one thread, but for {@link #ended}.
 */
final class PieceWants {
  static final int ASKED_PER_LOOK_MAX = 2000;
  private static final int ASKED_AT_ONCE_MAX = 32;
  private static final long STORE_SECONDS = 60;

  /** Whether indexers are to be told of a piece. */
  enum Advert {
    WANTED,
    /** Neither begun nor taken back now. */
    KEPT,
    UNWANTED
  }

  private record Known(OfPiece piece, long round) {}

  private final PieceDeals deals;
  private final Map<Commitment, Known> known = new ConcurrentHashMap<>();
  private long round;

  PieceWants(PieceDeals deals) {
    this.deals = deals;
  }

  /**
   * Asks about some of {@code pieces} and forgets all others.
   *
   * @throws IOException when the store does not answer; what was known stays
   */
  void refresh(Set<Commitment> pieces) throws IOException {
    round++;
    known.keySet().retainAll(pieces);
    List<Commitment> due =
        pieces.stream()
            .sorted(Comparator.comparingLong(this::askedIn))
            .limit(ASKED_PER_LOOK_MAX)
            .toList();
    for (int from = 0; from < due.size(); from += ASKED_AT_ONCE_MAX) {
      ask(due.subList(from, Math.min(due.size(), from + ASKED_AT_ONCE_MAX)));
    }
  }

  private long askedIn(Commitment piece) {
    Known before = known.get(piece);
    if (before == null) {
      return -1;
    }
    boolean waits =
        before.piece().wishes().stream().anyMatch(wish -> wish.standing() == Standing.COMING);
    return waits ? 0 : before.round();
  }

  private void ask(List<Commitment> some) throws IOException {
    await(
        CompletableFuture.allOf(
            some.stream()
                .map(
                    piece ->
                        deals
                            .of(piece)
                            .thenAccept(found -> known.put(piece, new Known(found, round)))
                            .toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new)));
  }

  /** Whether indexers are to be told; nothing changes for a piece that was not asked about yet. */
  Advert advert(Commitment piece) {
    Known now = known.get(piece);
    if (now == null) {
      return Advert.KEPT;
    }
    List<Wish> wishes = now.piece().wishes();
    if (wishes.isEmpty() || announced(wishes, Standing.LIVE)) {
      return Advert.WANTED;
    }
    return announced(wishes, Standing.COMING) ? Advert.KEPT : Advert.UNWANTED;
  }

  private static boolean announced(List<Wish> wishes, Standing standing) {
    return wishes.stream().anyMatch(wish -> wish.announce() && wish.standing() == standing);
  }

  /** Whether the piece belonged to deals, and all have ended. Thread-safe. */
  boolean ended(Commitment piece) {
    Known now = known.get(piece);
    return now != null
        && !now.piece().wishes().isEmpty()
        && now.piece().wishes().stream().allMatch(wish -> wish.standing() == Standing.ENDED);
  }

  /**
   * Tells the deals of a piece, if it has any and they do not know it yet, how far it can be found.
   *
   * @param change of what they know
   * @throws IOException when the store does not take it
   */
  void tell(Commitment piece, UnaryOperator<Exposure> change) throws IOException {
    Known before = known.get(piece);
    if (before == null || before.piece().wishes().isEmpty()) {
      return;
    }
    Exposure now = change.apply(before.piece().exposure());
    if (!now.equals(before.piece().exposure())) {
      await(deals.expose(piece, now).toCompletableFuture());
      known.put(piece, new Known(new OfPiece(before.piece().wishes(), now), before.round()));
    }
  }

  private static void await(CompletableFuture<Void> asked) throws IOException {
    try {
      Void unused = asked.orTimeout(STORE_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      throw new IOException("what deals want of the pieces here is not known", e.getCause());
    }
  }
}
