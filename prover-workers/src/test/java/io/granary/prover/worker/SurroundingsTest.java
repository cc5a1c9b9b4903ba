package io.granary.prover.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SurroundingsTest {
  private static final Duration MOST = Duration.ofSeconds(60);
  private static final Duration LEAST = Duration.ofSeconds(2);

  @ParameterizedTest(name = "of {0} s left a sector may take {1} s")
  @CsvSource({"1000, 60", "240, 60", "200, 50", "40, 10", "8, 2", "4, 2", "0, 2"})
  void limitShrinksWithTheTimeLeft(long slackSeconds, long limitSeconds) {
    Surroundings surroundings = new Surroundings(List.of(), slackSeconds * 1_000);
    assertThat(surroundings.limit(MOST, 0.25, LEAST)).isEqualTo(Duration.ofSeconds(limitSeconds));
    assertThat(surroundings.slack()).contains(Duration.ofSeconds(slackSeconds));
  }

  @Test
  void limitIsTheMost_whenNobodyKnowsTheTimeLeft() {
    assertThat(Surroundings.NONE.limit(MOST, 0.25, LEAST)).isEqualTo(MOST);
    assertThat(Surroundings.NONE.slack()).isEmpty();
  }

  /** A window that has closed leaves no time, which is not the same as knowing nothing. */
  @Test
  void limitIsTheLeast_whenTheTimeIsUp() {
    assertThat(new Surroundings(List.of(), 0).limit(MOST, 0.25, LEAST)).isEqualTo(LEAST);
  }
}
