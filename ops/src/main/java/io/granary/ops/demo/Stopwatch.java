package io.granary.ops.demo;

import java.time.Duration;

/** How long something takes, by the clock that never goes back. Used by one thread. */
final class Stopwatch {
  private long began = System.nanoTime();

  void restart() {
    began = System.nanoTime();
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  boolean isOver(Duration limit) {
    return elapsed().compareTo(limit) > 0;
  }
}
