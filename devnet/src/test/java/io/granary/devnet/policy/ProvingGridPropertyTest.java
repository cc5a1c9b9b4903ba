package io.granary.devnet.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.devnet.Policies;
import io.granary.protocol.chain.DeadlineInfo;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** The grid for any offset and epoch, with the demo's numbers and with mainnet's. */
class ProvingGridPropertyTest {
  private static final ChainPolicy DEMO = Policies.demo();
  private static final ChainPolicy MAINNET =
      Policies.settings("granary.devnet.profile = mainnet").policy();

  private static ProvingGrid grid(boolean demo, long offset) {
    ChainPolicy policy = demo ? DEMO : MAINNET;
    return new ProvingGrid(policy, offset % policy.provingPeriod());
  }

  @Property
  void holdsTheEpoch_inTheOpenDeadline(
      @ForAll boolean demo,
      @ForAll @LongRange(min = 0, max = 2879) long offset,
      @ForAll @LongRange(min = -5000, max = 10_000_000) long epoch) {
    DeadlineInfo open = grid(demo, offset).current(epoch);

    assertThat(open.open().value()).isLessThanOrEqualTo(epoch);
    assertThat(open.close().value()).isGreaterThan(epoch);
    assertThat(Math.floorMod(open.periodStart().value(), open.provingPeriod()))
        .isEqualTo(offset % open.provingPeriod());
  }

  @Property
  void comesWithinOnePeriod_whenADeadlineIsNext(
      @ForAll boolean demo,
      @ForAll @LongRange(min = 0, max = 2879) long offset,
      @ForAll @IntRange(min = 0, max = 47) int index,
      @ForAll @LongRange(min = 0, max = 10_000_000) long epoch) {
    ProvingGrid grid = grid(demo, offset);
    long deadline = index % grid.policy().deadlines();

    DeadlineInfo next = grid.nextNotElapsed(deadline, epoch);

    assertThat(next.close().value()).isGreaterThan(epoch);
    assertThat(next.close().value() - epoch).isLessThanOrEqualTo(grid.policy().provingPeriod());
  }

  @Property
  void leavesSomeDeadlineMutable_butNeverTheOpenOrTheNext(
      @ForAll boolean demo,
      @ForAll @LongRange(min = 0, max = 2879) long offset,
      @ForAll @LongRange(min = 0, max = 10_000_000) long epoch) {
    ProvingGrid grid = grid(demo, offset);
    int deadlines = grid.policy().deadlines();
    int open = (int) grid.current(epoch).index();
    int mutable = 0;
    for (int index = 0; index < deadlines; index++) {
      mutable += grid.isMutable(index, epoch) ? 1 : 0;
    }

    assertThat(grid.isMutable(open, epoch)).isFalse();
    assertThat(grid.isMutable((open + 1) % deadlines, epoch)).isFalse();
    assertThat(mutable).isEqualTo(deadlines - 2);
  }

  @Property
  void endsWithADeadline_whenAnEpochIsQuantized(
      @ForAll boolean demo,
      @ForAll @LongRange(min = 0, max = 2879) long offset,
      @ForAll @IntRange(min = 0, max = 47) int index,
      @ForAll @LongRange(min = 0, max = 10_000_000) long epoch) {
    ProvingGrid grid = grid(demo, offset);
    long deadline = index % grid.policy().deadlines();

    long quantized = grid.quantizeUp(epoch, deadline);

    assertThat(quantized).isBetween(epoch, epoch + grid.policy().provingPeriod() - 1);
    assertThat(grid.current(quantized).index()).isEqualTo(deadline);
    assertThat(grid.endsDeadline(quantized)).isTrue();
  }
}
