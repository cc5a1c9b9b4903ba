package io.granary.protocol.winning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.granary.protocol.Epoch;
import io.granary.protocol.chain.TipSet;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundTimingTest {
  private static final RoundTiming MAINNET =
      new RoundTiming(Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(2));
  private static final TipSet BASE = WinningFixtures.tipSet(100, 3000, 1);

  @ParameterizedTest
  @CsvSource({"0, 0", "9, 0", "10, 0", "39, 0", "40, 1", "69, 1", "70, 2"})
  void countsTheEmptyRounds(long secondsAfterBase, long nullRounds) {
    assertThat(MAINNET.nullRounds(BASE, Instant.ofEpochSecond(3000 + secondsAfterBase)))
        .isEqualTo(nullRounds);
  }

  @Test
  void beginsAfterThePropagation_andSendsAtTheEpochsTime() {
    assertThat(MAINNET.begin(BASE, 0)).isEqualTo(Instant.ofEpochSecond(3010));
    assertThat(MAINNET.begin(BASE, 2)).isEqualTo(Instant.ofEpochSecond(3070));
    assertThat(MAINNET.timestamp(BASE, 0)).isEqualTo(3030);
    assertThat(MAINNET.timestamp(BASE, 2)).isEqualTo(3090);
    assertThat(RoundTiming.epoch(BASE, 2)).isEqualTo(new Epoch(103));
    assertThat(MAINNET.settled(BASE)).isEqualTo(Instant.ofEpochSecond(3002));
  }

  @Test
  void refusesAPropagationOfAnEpoch() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new RoundTiming(Duration.ofSeconds(4), Duration.ofSeconds(4), Duration.ZERO))
        .withMessageStartingWith("propagation");
  }
}
