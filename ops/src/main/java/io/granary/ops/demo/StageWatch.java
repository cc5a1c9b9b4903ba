package io.granary.ops.demo;

import java.time.Duration;

/** How long the stage lasts that something is in, and that none lasts too long. One thread. */
final class StageWatch {
  private final Duration limit;
  private final Stopwatch watch = new Stopwatch();
  private String stage = "";

  StageWatch(Duration limit) {
    this.limit = limit;
  }

  /**
   * It is in {@code now}: since when.
   *
   * @param title what people call it
   * @throws DemoException when it has been for longer than the limit
   */
  Duration in(String now, String title) {
    if (!now.equals(stage)) {
      stage = now;
      watch.restart();
    }
    if (watch.isOver(limit)) {
      throw new DemoException(
          title + " took longer than " + limit.toMinutes() + " minutes; the node's log says why");
    }
    return watch.elapsed();
  }
}
