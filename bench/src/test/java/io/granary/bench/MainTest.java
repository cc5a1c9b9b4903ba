package io.granary.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Report report = new Report(new PrintStream(out, true, StandardCharsets.UTF_8));

  @Test
  void listsEveryBenchmarkWithItsGoal_whenNoneIsNamed() {
    assertThat(Main.run(new String[0], report)).isZero();
    for (Benchmark each : Main.benchmarks()) {
      assertThat(text()).contains(each.name(), each.summary(), each.goal().toString());
    }
  }

  @Test
  void namesTheChoices_whenNameIsUnknown() {
    assertThat(Main.run(new String[] {"speed"}, report)).isEqualTo(2);
    assertThat(text()).contains("usage: granary bench [commp");
  }

  @Test
  void endsWithOneLineOfJson_whenMeasured() throws Exception {
    JsonNode held = new ObjectMapper().readTree(result(2.00049, Goal.atLeast(2.0)).toJson());
    assertThat(held.path("bench").asText()).isEqualTo("x");
    assertThat(held.path("value").asDouble()).isEqualTo(2.0);
    assertThat(held.path("unit").asText()).isEqualTo("ratio");
    assertThat(held.path("against").asText()).isEqualTo("y");
    assertThat(held.path("goal").asDouble()).isEqualTo(2.0);
    assertThat(held.path("held").asBoolean()).isTrue();
    assertThat(result(1.9999, Goal.atLeast(2.0)).held()).isFalse();
    assertThat(result(1.06, Goal.atMost(1.05)).held()).isFalse();
    assertThat(result(1.05, Goal.atMost(1.05)).held()).isTrue();
  }

  @Test
  void refusesToReport_whenNothingWasMeasured() {
    assertThatThrownBy(() -> BenchResult.of(new CommPBenchmark(), Double.NaN))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("commp");
  }

  private static BenchResult result(double value, Goal goal) {
    return new BenchResult("x", value, "ratio", "y", goal);
  }

  private String text() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
