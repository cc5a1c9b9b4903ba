package io.granary.bridge.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration MIN = Duration.ofMillis(100);
  private static final Duration MAX = Duration.ofSeconds(2);

  @Test
  void doublesUpToTheBound_withoutJitter() {
    Backoff backoff = new Backoff(MIN, MAX, 0, new SplittableRandom(1));
    assertThat(IntStream.range(0, 7).mapToObj(i -> backoff.next().toMillis()))
        .containsExactly(100L, 200L, 400L, 800L, 1600L, 2000L, 2000L);
  }

  @Test
  void staysWithinTheJitter() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 1000; i++) {
      assertThat(new Backoff(MIN, MAX, 0.2, random).next())
          .isBetween(Duration.ofMillis(80), Duration.ofMillis(120));
    }
  }

  @Test
  void startsOver_afterReset() {
    Backoff backoff = new Backoff(MIN, MAX, 0, new SplittableRandom(1));
    backoff.next();
    backoff.next();
    backoff.reset();
    assertThat(backoff.next()).isEqualTo(MIN);
  }

  @Test
  void staysAtTheBound_afterVeryManyFailures() {
    Backoff backoff = new Backoff(MIN, MAX, 0.2, new SplittableRandom(1));
    for (int i = 0; i < 10_000; i++) {
      assertThat(backoff.next()).isLessThanOrEqualTo(MAX);
    }
  }
}
