package io.granary.ops.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * How long the stages of a deal and of its sector took, by the times of the events that end them. A
 * stage begins where the last one before it ended, whichever of the two has that in its journal: a
 * deal may learn that it is active before its sector's story is told to the end. Used by one
 * thread.
 */
final class StageClock {
  private final Instant begin;
  private final NavigableSet<Instant> ends = new TreeSet<>();

  /**
   * @param begin when this run began; what happened before was told by an earlier one
   */
  StageClock(Instant begin) {
    this.begin = begin;
    ends.add(begin);
  }

  /** Whether it happened in an earlier run. */
  boolean isBefore(Instant time) {
    return time.isBefore(begin);
  }

  /** Something happened at {@code time} from which the next stage counts. */
  void mark(Instant time) {
    ends.add(time);
  }

  /** A stage ended at {@code time}, which is of this run: how long it took, never negative. */
  Duration end(Instant time) {
    Instant began = ends.floor(time);
    ends.add(time);
    return began == null ? Duration.ZERO : Duration.between(began, time);
  }
}
