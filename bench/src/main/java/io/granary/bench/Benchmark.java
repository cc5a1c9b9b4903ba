package io.granary.bench;

import java.io.IOException;

/**
 * One number measured in one run: a ratio between something of ours and something outside, or a
 * time that was promised.
 */
interface Benchmark {
  /** What {@code ./granary bench} calls it. */
  String name();

  /** One line for the list. */
  String summary();

  /** What ours is divided by. */
  String against();

  Goal goal();

  /** What the value is counted in. */
  default String unit() {
    return "ratio";
  }

  /**
   * Measures and gives the value; prints what a person wants to know beside it.
   *
   * @throws IOException when files or processes it needs fail
   * @throws InterruptedException when it is interrupted
   */
  double measure(Report report) throws IOException, InterruptedException;
}
