package io.granary.sharding.deal;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.deal.DealFailure;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SelfRetriesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final DealState.Verifying READS =
      new DealState.Verifying(DealFixtures.onlineTerms(), DealFixtures.FILE, Optional.empty());
  private static final DealState.Verified WAITS =
      new DealState.Verified(DealFixtures.onlineTerms(), DealFixtures.FILE);

  private final SelfRetries retries =
      new SelfRetries(
          new DealWorkSettings(
              Duration.ofSeconds(10), Duration.ofSeconds(20), 900, Duration.ofHours(1), 3, 2));

  private static DealState failed(DealState.Working stage, DealFailure.Kind kind, String reason) {
    return new DealState.Failed(stage, new DealFailure(kind, reason));
  }

  private static Instant after(long seconds) {
    return NOW.plusSeconds(seconds);
  }

  @Test
  void readsAgainWithGrowingWaits_howeverOftenReadingFails() {
    DealState unread = failed(READS, DealFailure.Kind.RETRYABLE, "java.io.IOException: gone");
    retries.reached(unread, NOW);
    assertThat(retries.isDue(unread, after(9))).isFalse();
    assertThat(retries.isDue(unread, after(10))).isTrue();
    for (int failure = 2; failure < 100; failure++) {
      retries.reached(READS, NOW);
      retries.reached(unread, NOW);
    }
    assertThat(retries.isDue(unread, after(19))).isFalse();
    assertThat(retries.isDue(unread, after(20))).isTrue();
  }

  @Test
  void offersItToThePublisherAgain_onlySoManyTimes() {
    DealState refused =
        failed(WAITS, DealFailure.Kind.RETRYABLE, "publication: the market would leave it out");
    for (int failure = 1; failure <= 2; failure++) {
      retries.reached(refused, NOW);
      assertThat(retries.isDue(refused, after(20))).isTrue();
      retries.reached(WAITS, NOW);
    }
    retries.reached(refused, NOW);
    assertThat(retries.isDue(refused, after(1_000))).isFalse();
  }

  @Test
  void waitsForAnOperator_whenNoRetryHelps() {
    DealState fatal = failed(READS, DealFailure.Kind.FATAL, "commP mismatch");
    DealState other = failed(WAITS, DealFailure.Kind.RETRYABLE, "piece too large");
    retries.reached(fatal, NOW);
    retries.reached(other, NOW);
    retries.reached(WAITS, NOW);
    assertThat(retries.isDue(fatal, after(1_000))).isFalse();
    assertThat(retries.isDue(other, after(1_000))).isFalse();
    assertThat(retries.isDue(WAITS, after(1_000))).isFalse();
  }
}
