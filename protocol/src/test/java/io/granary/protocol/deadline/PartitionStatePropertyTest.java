package io.granary.protocol.deadline;

import static io.granary.protocol.sender.SenderFixtures.stamp;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.deadline.DeadlineEvent.OfPartition;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PartitionStatePropertyTest {
  /** Random legal steps: fencing numbers only grow, the plan stays, waits are bounded. */
  @Property(tries = 300)
  void attemptsGrowAndWaitsStayBounded_whateverComes(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 120) int steps) {
    Random random = new Random(seed);
    PartitionState state = PartitionState.Planned.fresh(DeadlineFixtures.PLAN, new Epoch(8));
    long vanilla = 0;
    long snark = 0;
    for (int i = 0; i < steps; i++) {
      PartitionState now = state;
      List<OfPartition> legal =
          DeadlineFixtures.partitionEvents().stream()
              .filter(event -> PartitionState.TABLE.allows(now.getClass(), event.getClass()))
              .toList();
      OfPartition event = numbered(now, legal.get(random.nextInt(legal.size())), vanilla, snark);
      state = now.on(event);
      assertThat(state.plan()).isEqualTo(DeadlineFixtures.PLAN);
      if (state instanceof PartitionState.Working working) {
        if (event instanceof DeadlineEvent.VanillaAsked) {
          assertThat(working.attempt()).isGreaterThan(vanilla);
          vanilla = working.attempt();
        } else if (event instanceof DeadlineEvent.SnarkAsked) {
          assertThat(working.attempt()).isGreaterThan(snark);
          snark = working.attempt();
        }
      }
      if (state instanceof PartitionState.Waiting waiting) {
        assertThat(waiting.notBefore().since(event.epoch()))
            .isBetween(0L, PartitionState.BACKOFF_MAX_EPOCHS);
        assertThat(waiting.tries().vanilla()).isEqualTo(vanilla);
        assertThat(waiting.tries().snark()).isEqualTo(snark);
      }
      if (state instanceof PartitionState.Proven proven) {
        assertThat(proven.submitted().made().proof()).isEqualTo(Bytes.of(new byte[192]));
      }
    }
  }

  /** Asks carry the number the state would give, as the deadline does. */
  private static OfPartition numbered(
      PartitionState state, OfPartition event, long vanilla, long snark) {
    if (event instanceof DeadlineEvent.VanillaAsked) {
      return new DeadlineEvent.VanillaAsked(
          0,
          DeadlineFixtures.JOB,
          ((PartitionState.Planned) state).tries().vanilla() + 1,
          stamp(9 + vanilla));
    }
    if (event instanceof DeadlineEvent.SnarkAsked) {
      return new DeadlineEvent.SnarkAsked(
          0,
          DeadlineFixtures.JOB,
          ((PartitionState.VanillaRead) state).tries().snark() + 1,
          stamp(9 + snark));
    }
    return event;
  }
}
