package io.granary.bench;

/**
 * What a benchmark's value is held to.
 *
 * @param bound the least or the greatest value that holds
 * @param atLeast whether {@code bound} is the least
 */
record Goal(double bound, boolean atLeast) {
  static Goal atLeast(double bound) {
    return new Goal(bound, true);
  }

  static Goal atMost(double bound) {
    return new Goal(bound, false);
  }

  boolean heldBy(double value) {
    return atLeast ? value >= bound : value <= bound;
  }

  @Override
  public String toString() {
    return (atLeast ? "≥ " : "≤ ") + bound;
  }
}
