package io.granary.bridge.chain;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Doubling pauses with a random share, up to a bound. Owned by one thread. */
final class Backoff {
  private final Duration min;
  private final Duration max;
  private final double jitter;
  private final RandomGenerator random;
  private int failures;

  Backoff(Duration min, Duration max, double jitter, RandomGenerator random) {
    this.min = min;
    this.max = max;
    this.jitter = jitter;
    this.random = random;
  }

  /**
   * The pause after one more failure: within {@code jitter} of the doubled one, at most the bound.
   */
  Duration next() {
    double full = min.toMillis() * Math.pow(2, Math.min(failures++, 30));
    double spread = 1 + jitter * (2 * random.nextDouble() - 1);
    return Duration.ofMillis((long) Math.min(full * spread, (double) max.toMillis()));
  }

  /** Starts over after a success. */
  void reset() {
    failures = 0;
  }
}
