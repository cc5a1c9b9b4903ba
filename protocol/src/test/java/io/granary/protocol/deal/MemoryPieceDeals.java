package io.granary.protocol.deal;

import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.PieceDeals;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** What deals want of pieces, in memory. */
public final class MemoryPieceDeals implements PieceDeals {
  private record Row(Wish wish, long sequence) {}

  private final Map<Commitment, Map<DealId, Row>> rows = new ConcurrentHashMap<>();
  private final Map<Commitment, Exposure> exposures = new ConcurrentHashMap<>();
  private volatile boolean unreachable;

  /** From now on nothing is answered, or again. */
  public void unreachable(boolean is) {
    unreachable = is;
  }

  @Override
  public synchronized CompletionStage<Void> put(Commitment piece, Wish wish, long sequence) {
    rows.computeIfAbsent(piece, added -> new TreeMap<>())
        .merge(
            wish.deal(),
            new Row(wish, sequence),
            (old, now) -> now.sequence() >= old.sequence() ? now : old);
    return CompletableFuture.allOf();
  }

  @Override
  public synchronized CompletionStage<OfPiece> of(Commitment piece) {
    if (unreachable) {
      return CompletableFuture.failedStage(new IllegalStateException("no store"));
    }
    return CompletableFuture.completedStage(new OfPiece(wishes(piece), exposure(piece)));
  }

  @Override
  public synchronized CompletionStage<Void> expose(Commitment piece, Exposure exposure) {
    exposures.put(piece, exposure);
    return CompletableFuture.allOf();
  }

  /** What the deals of a piece want, by id. */
  public synchronized List<Wish> wishes(Commitment piece) {
    return rows.getOrDefault(piece, Map.of()).values().stream().map(Row::wish).toList();
  }

  /** How far a piece can be found. */
  public Exposure exposure(Commitment piece) {
    return exposures.getOrDefault(piece, Exposure.NONE);
  }
}
