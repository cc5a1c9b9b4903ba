package io.granary.sharding.sector;

import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.PieceDeals;
import io.granary.protocol.port.PieceDeals.OfPiece;
import io.granary.protocol.sector.SectorState;
import io.granary.protocol.sector.UnsealedCopy;
import io.granary.sharding.entity.Answers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds out whether a sector's unsealed copy may go: what the sector knows by itself, then what the
 * deals of its pieces want, asked of the store one review at a time. Belongs to one entity and its
 * thread.
 */
final class UnsealedReview {
  private final PieceDeals deals;
  private final SectorSettings settings;
  private final Answers<SectorCommand> answers;
  private final SectorOperatorLog log;

  private long round;
  private Optional<Instant> since = Optional.empty();

  UnsealedReview(
      PieceDeals deals,
      SectorSettings settings,
      Answers<SectorCommand> answers,
      SectorOperatorLog log) {
    this.deals = deals;
    this.settings = settings;
    this.answers = answers;
    this.log = log;
  }

  /** Asks what the deals want, unless the copy stays anyway or they are asked already. */
  void begin(SectorState state, Instant now) {
    boolean busy =
        since.map(begun -> now.isBefore(begun.plus(settings.lookTimeout()))).orElse(false);
    if (settings.keepUnsealed() == KeepUnsealed.ALWAYS || busy || staysAnyway(state, now)) {
      return;
    }
    Set<Commitment> pieces = UnsealedWishes.asked(((SectorState.Living) state).core().pieces());
    if (pieces.isEmpty()) {
      log.unsealedStays("not all of its pieces are of deals, or they are too many");
      return;
    }
    since = Optional.of(now);
    long asked = ++round;
    answers.bring(
        ask(pieces),
        known -> new SectorCommand.WishesKnown(asked, known),
        cause -> new SectorCommand.WishesUnknown(asked, cause));
  }

  /** Whether the copy may go by what is known now. */
  boolean mayGo(SectorState state, Instant now, SectorCommand.WishesKnown known) {
    if (!isAwaited(known.round()) || staysAnyway(state, now)) {
      return false;
    }
    Optional<String> reason =
        UnsealedWishes.reasonToKeep(((SectorState.Living) state).core().pieces(), known.pieces());
    reason.ifPresent(log::unsealedStays);
    return reason.isEmpty();
  }

  /** Nothing is known: the copy stays. */
  void failed(SectorCommand.WishesUnknown unknown) {
    if (isAwaited(unknown.round())) {
      log.wishesUnknown(unknown.cause());
    }
  }

  private boolean isAwaited(long answered) {
    if (answered != round || since.isEmpty()) {
      return false;
    }
    since = Optional.empty();
    return true;
  }

  private boolean staysAnyway(SectorState state, Instant now) {
    Optional<String> reason = UnsealedCopy.reasonToKeep(state, now);
    reason.ifPresent(log::unsealedStays);
    return reason.isPresent();
  }

  private CompletionStage<Map<Commitment, OfPiece>> ask(Set<Commitment> pieces) {
    Map<Commitment, OfPiece> found = new ConcurrentHashMap<>();
    List<CompletableFuture<Void>> all =
        pieces.stream()
            .map(
                piece ->
                    deals
                        .of(piece)
                        .thenAccept(known -> found.put(piece, known))
                        .toCompletableFuture())
            .toList();
    return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> Map.copyOf(found));
  }
}
