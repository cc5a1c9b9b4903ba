package io.granary.prover.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SilentPathsTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final SilentPaths paths = new SilentPaths(Duration.ofNanos(10), now::get);

  @Test
  void doubtsAPath_fromItsSilenceUntilItsTimeIsOver() {
    assertThat(paths.doubted("a")).isFalse();
    paths.silent("a");
    now.addAndGet(9); // past the overflow of nanoTime
    assertThat(paths.doubted("a")).isTrue();
    assertThat(paths.doubted("b")).isFalse();
    now.addAndGet(1);
    assertThat(paths.doubted("a")).isFalse();
  }

  @Test
  void trustsAPathAgain_whenItAnswers() {
    paths.silent("a");
    paths.silent("b");
    paths.answered("a");
    assertThat(paths.doubted("a")).isFalse();
    assertThat(paths.doubted("b")).isTrue();
  }
}
