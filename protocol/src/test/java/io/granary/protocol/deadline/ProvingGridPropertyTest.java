package io.granary.protocol.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Epoch;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

/** The grid of chain.md 5.1, on mainnet's numbers. */
class ProvingGridPropertyTest {
  private static ProvingGrid mainnet(long anchor) {
    return new ProvingGrid(new Epoch(anchor), 48, 2880, 60, 20, 70);
  }

  @Property
  void nextIsTheFirstThatHasNotClosed_atAnyEpoch(
      @ForAll @LongRange(min = 0, max = 2879) long anchor,
      @ForAll @LongRange(min = 0, max = 47) long index,
      @ForAll @LongRange(min = 0, max = 10_000_000) long at) {
    ProvingWindow window = mainnet(anchor).next(index, new Epoch(at));
    assertThat(window.close().value()).isGreaterThan(at);
    assertThat(window.close().minus(2880).value()).isLessThanOrEqualTo(at);
    assertThat(window.open().since(window.periodStart())).isEqualTo(60 * index);
    assertThat(Math.floorMod(window.periodStart().value() - anchor, 2880)).isZero();
    assertThat(window.open().since(window.challenge())).isEqualTo(20);
    assertThat(window.open().since(window.faultCutoff())).isEqualTo(70);
    assertThat(window.close().since(window.open())).isEqualTo(60);
  }

  @Property
  void lastClosedIsOnePeriodBeforeNext_atAnyEpoch(
      @ForAll @LongRange(min = 0, max = 47) long index,
      @ForAll @LongRange(min = 0, max = 10_000_000) long at) {
    ProvingGrid grid = mainnet(658);
    assertThat(grid.next(index, new Epoch(at)).periodStart())
        .isEqualTo(grid.lastClosed(index, new Epoch(at)).periodStart().plus(2880));
    assertThat(grid.lastClosed(index, new Epoch(at)).close().value()).isLessThanOrEqualTo(at);
  }
}
