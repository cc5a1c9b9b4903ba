package io.granary.protocol.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Epoch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadlineInfoTest {
  private static final ProvingSchedule SMALL = new ProvingSchedule(3, 45, 15, 8, 12);

  private static DeadlineInfo at(long current, long index) {
    return SMALL.deadline(new Epoch(100), index, new Epoch(current));
  }

  @Test
  void countsFromPeriodStart_whenAnyIndex() {
    DeadlineInfo deadline = at(100, 2);
    assertThat(deadline.open()).isEqualTo(new Epoch(130));
    assertThat(deadline.close()).isEqualTo(new Epoch(145));
    assertThat(deadline.challenge()).isEqualTo(new Epoch(122));
    assertThat(deadline.faultCutoff()).isEqualTo(new Epoch(118));
    assertThat(deadline.last()).isEqualTo(new Epoch(144));
    assertThat(deadline.periodEnd()).isEqualTo(new Epoch(144));
    assertThat(deadline.schedule()).isEqualTo(SMALL);
    assertThat(deadline.withIndex(0)).isEqualTo(at(100, 0));
    assertThat(deadline.at(new Epoch(131))).isEqualTo(at(131, 2));
    assertThat(deadline.nextPeriod().open()).isEqualTo(new Epoch(175));
  }

  @ParameterizedTest
  @CsvSource({
    "102, false, false, false, false",
    "103, false, true, false, false",
    "114, false, true, false, false",
    "115, true, true, false, false",
    "129, true, true, false, false",
    "130, false, true, true, false",
    "144, false, true, true, false",
    "145, false, true, true, true"
  })
  void knowsWhatIsPast(
      long current, boolean open, boolean cutoffPassed, boolean elapsed, boolean periodElapsed) {
    DeadlineInfo deadline = at(current, 1);
    assertThat(deadline.isOpen()).isEqualTo(open);
    assertThat(deadline.faultCutoffPassed()).isEqualTo(cutoffPassed);
    assertThat(deadline.hasElapsed()).isEqualTo(elapsed);
    assertThat(deadline.periodElapsed()).isEqualTo(periodElapsed);
  }

  @ParameterizedTest
  @CsvSource({
    "90, 115",
    "129, 115",
    "130, 160",
    "174, 160",
    "175, 205",
    "10000, 10015",
    "10014, 10015"
  })
  void findsTheNextOccurrence_whenElapsed(long current, long expectedOpen) {
    DeadlineInfo next = at(current, 1).nextNotElapsed();
    assertThat(next.hasElapsed()).isFalse();
    assertThat(next.open()).isEqualTo(new Epoch(expectedOpen));
    assertThat(next.index()).isEqualTo(1);
    assertThat(next.currentEpoch()).isEqualTo(new Epoch(current));
  }

  /** Deadline 1 is open from 115 to 129 and again from 160: it may change from 130 to 144. */
  @ParameterizedTest
  @CsvSource({
    "99, true",
    "100, false",
    "115, false",
    "129, false",
    "130, true",
    "144, true",
    "145, false"
  })
  void isMutable_unlessOpenOrNext(long current, boolean expected) {
    assertThat(at(current, 1).isMutable()).isEqualTo(expected);
  }

  @Test
  void refusesIndexAndSchedule_whenTheyDoNotFit() {
    assertThatThrownBy(() -> at(100, 3)).hasMessage("deadline: must be 0 to 2, got 3");
    assertThatThrownBy(() -> new ProvingSchedule(3, 46, 15, 8, 12))
        .hasMessageContaining("3 deadlines of 15 epochs do not make a period of 46");
    assertThatThrownBy(() -> SMALL.deadlineIndex(new Epoch(145), new Epoch(100)))
        .hasMessageContaining("epoch 145 is not in the one from 100");
  }
}
