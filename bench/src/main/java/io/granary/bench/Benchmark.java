package io.granary.bench;

import java.io.IOException;

/** One ratio between something of ours and something outside, measured in one run. */
interface Benchmark {
  /** What {@code ./granary bench} calls it. */
  String name();

  /** One line for the list. */
  String summary();

  /** What ours is divided by. */
  String against();

  Goal goal();

  /**
   * Measures and gives the ratio; prints what a person wants to know beside it.
   *
   * @throws IOException when files or processes it needs fail
   * @throws InterruptedException when it is interrupted
   */
  double measure(Report report) throws IOException, InterruptedException;
}
