package io.granary.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The outcome of one benchmark.
 *
 * @param value ours ÷ theirs, or in {@code unit}
 */
record BenchResult(String bench, double value, String unit, String against, Goal goal) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static BenchResult of(Benchmark benchmark, double value) {
    if (!Double.isFinite(value) || value <= 0) {
      throw new IllegalStateException(benchmark.name() + " measured " + value);
    }
    return new BenchResult(
        benchmark.name(), value, benchmark.unit(), benchmark.against(), benchmark.goal());
  }

  boolean held() {
    return goal.heldBy(value);
  }

  /** One line of JSON; the value to three decimals, {@code held} judged on all of them. */
  String toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.put("bench", bench);
    node.put("value", Math.round(value * 1000) / 1000.0);
    node.put("unit", unit);
    node.put("against", against);
    node.put("goal", goal.bound());
    node.put("held", held());
    return node.toString();
  }
}
