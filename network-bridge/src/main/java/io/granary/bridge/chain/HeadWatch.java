package io.granary.bridge.chain;

import io.granary.bridge.NetworkBridgeSettings.Watch;
import io.granary.protocol.chain.HeadWeight;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides after each round of polls where the head is followed and whether the line is moved
 * without the stream. Asks nobody and changes nothing but its own memory. Owned by one thread.
 *
 * <ol>
 *   <li>A head that was heavier than the line's end a round ago, and still is, is handed on: the
 *       stream had a whole round to bring it.
 *   <li>If the node of the stream has that head itself, the stream is silent, and is made again. It
 *       is moved to another node when its own gave no answer {@code polls-failed-max} times in a
 *       row, or is not believed for another reason.
 *   <li>A lighter head is handed on only when for {@code lighter-rounds-max} rounds no node has
 *       stood at the line's end or above it: then whoever had that end is gone.
 * </ol>
 */
final class HeadWatch {
  private final NodeBoard board;
  private final Watch settings;
  private @Nullable TipSet bestBefore;
  private int roundsLighter;

  HeadWatch(NodeBoard board, Watch settings) {
    this.board = board;
    this.settings = settings;
  }

  /**
   * What to do.
   *
   * @param advance the node whose head the line is to be moved to
   * @param leave why the stream is to be given up
   */
  record Verdict(Optional<NodeEndpoint> advance, Optional<String> leave) {}

  /**
   * Judges a round whose answers stand in the board.
   *
   * @param last the head last handed on
   * @param onLine whether a tipset belongs to the line handed on
   */
  Verdict round(Optional<TipSet> last, Predicate<TipSetKey> onLine) {
    Optional<NodeEndpoint> best = board.best();
    Optional<TipSet> bestHead = best.flatMap(node -> node.health().head());
    Optional<TipSet> before = Optional.ofNullable(bestBefore);
    bestBefore = bestHead.orElse(null);
    bestHead.ifPresent(head -> markForks(head, onLine));
    Optional<NodeEndpoint> advance =
        bestHead.isPresent() && isDue(last, before, bestHead.get()) ? best : Optional.empty();
    return new Verdict(advance, reasonToLeave(advance));
  }

  private void markForks(TipSet best, Predicate<TipSetKey> onLine) {
    for (NodeEndpoint node : board.all()) {
      Optional<TipSet> head = node.health().head();
      node.health()
          .forked(
              head.isPresent()
                  && HeadWeight.isHeavier(best, head.get())
                  && !onLine.test(head.get().key()));
    }
  }

  private boolean isDue(Optional<TipSet> last, Optional<TipSet> before, TipSet best) {
    if (last.isEmpty()) {
      return before.isPresent();
    }
    if (HeadWeight.isHeavier(best, last.get())) {
      roundsLighter = 0;
      return before.isPresent() && HeadWeight.isHeavier(before.get(), last.get());
    }
    boolean elsewhere =
        board.all().stream()
            .filter(node -> node.health().reachable())
            .flatMap(node -> node.health().head().stream())
            .noneMatch(head -> head.key().equals(last.get().key()));
    roundsLighter = elsewhere ? roundsLighter + 1 : 0;
    if (roundsLighter < settings.lighterRoundsMax()) {
      return false;
    }
    roundsLighter = 0;
    return true;
  }

  private Optional<String> reasonToLeave(Optional<NodeEndpoint> advance) {
    Optional<NodeEndpoint> followed = board.followed();
    if (followed.isEmpty()) {
      return Optional.empty();
    }
    NodeHealth health = followed.get().health();
    boolean others = board.believed().stream().anyMatch(node -> node != followed.get());
    if (others && health.silentPolls() >= settings.pollsFailedMax()) {
      return Optional.of(health.silentPolls() + " polls brought no answer");
    }
    Optional<String> doubt = board.doubt(followed.get());
    if (others && doubt.isPresent() && health.reachable()) {
      return doubt;
    }
    boolean silent =
        advance.isPresent()
            && health
                .head()
                .map(TipSet::key)
                .equals(advance.get().health().head().map(TipSet::key));
    return silent ? Optional.of("the stream is silent about the head") : Optional.empty();
  }
}
