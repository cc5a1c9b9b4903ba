package io.granary.bench;

import java.util.Arrays;

/** Measurements of one thing. Used by one thread. */
final class Samples {
  private double[] values = new double[16];
  private int count;

  void add(double value) {
    if (count == values.length) {
      values = Arrays.copyOf(values, count * 2);
    }
    values[count++] = value;
  }

  /**
   * @throws IllegalStateException when there are none
   */
  double median() {
    return quantile(0.5);
  }

  /** Linear between the two nearest samples, as R's default does. */
  double quantile(double q) {
    if (count == 0) {
      throw new IllegalStateException("no samples");
    }
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    double position = q * (count - 1);
    int below = (int) Math.floor(position);
    int above = (int) Math.ceil(position);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  int count() {
    return count;
  }
}
