package io.granary.bridge.retrieval.plain;

import io.granary.protocol.piece.Commitment;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many bytes were read of each piece of late: whole reads and parts count alike, by their
 * bytes. Of bounded size: who was read longest ago is forgotten. Thread-safe.
 */
final class Demand {
  private final Duration within;
  private final InstantSource clock;

  /** Guarded by this. */
  private final Map<Commitment, Count> counts;

  /**
   * @param resting whether nothing is counted until it is forgotten
   */
  private record Count(Instant begun, long bytes, boolean resting) {}

  /**
   * @param within after which a count begins anew
   */
  Demand(int piecesMax, Duration within, InstantSource clock) {
    this.within = within;
    this.clock = clock;
    this.counts =
        new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Commitment, Count> eldest) {
            return size() > piecesMax;
          }
        };
  }

  /** Counts {@code bytes}; whether there were {@code enough} of them by now. */
  synchronized boolean read(Commitment piece, long bytes, long enough) {
    Instant now = clock.instant();
    Count before = counts.get(piece);
    if (before == null || !now.isBefore(before.begun().plus(within))) {
      before = new Count(now, 0, false);
    }
    Count count =
        before.resting()
            ? before
            : new Count(before.begun(), Math.min(enough, before.bytes() + bytes), false);
    counts.put(piece, count);
    return !count.resting() && count.bytes() >= enough;
  }

  /** Counts nothing of a piece for a while. */
  synchronized void rest(Commitment piece) {
    counts.put(piece, new Count(clock.instant(), 0, true));
  }

  /** Begins anew with a piece. */
  synchronized void forget(Commitment piece) {
    counts.remove(piece);
  }

  /** Pieces that are counted. */
  synchronized int size() {
    return counts.size();
  }
}
