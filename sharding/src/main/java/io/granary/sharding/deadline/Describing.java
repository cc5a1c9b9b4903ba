package io.granary.sharding.deadline;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deadline.DeadlineEvent.RehearsalDone;
import io.granary.protocol.deadline.PartitionState;
import io.granary.protocol.deadline.ProvingDeadlineState;
import io.granary.protocol.deadline.ProvingDeadlineState.Running;
import io.granary.protocol.deadline.ProvingWindow;
import io.granary.protocol.deadline.Tries;
import java.util.List;
import java.util.Optional;

/** Puts a deadline's state into words. */
final class Describing {
  private static final DeadlineWork.Said NOTHING = new DeadlineWork.Said("", "");

  private Describing() {}

  static DeadlineReply.Overview overview(
      ActorId miner,
      long index,
      ProvingDeadlineState state,
      DeadlineWork work,
      Optional<Tick> head) {
    Optional<ProvingWindow> window =
        state instanceof Running running ? Optional.of(running.run().window()) : Optional.empty();
    long slack = window.flatMap(open -> head.map(tick -> slack(open, tick.epoch()))).orElse(0L);
    List<DeadlineReply.PartitionStatus> partitions =
        state instanceof Running running
            ? running.run().partitions().values().stream()
                .map(partition -> status(partition, work, slack))
                .toList()
            : List.of();
    return new DeadlineReply.Overview(
        miner,
        index,
        window,
        partitions,
        state.faults().faulty().values().stream().mapToLong(BitField::cardinality).sum(),
        state.faults().recovery().getClass().getSimpleName(),
        state.rehearsals().last().values().stream().map(Describing::rehearsal).toList());
  }

  private static DeadlineReply.RehearsalStatus rehearsal(RehearsalDone done) {
    return new DeadlineReply.RehearsalStatus(
        done.partition(),
        done.epoch(),
        done.sectors(),
        done.failing().cardinality(),
        done.reasons().stream().map(bad -> bad.sector() + ": " + bad.reason()).toList(),
        done.problem(),
        done.worker(),
        done.vanillaMillis(),
        done.snarkMillis());
  }

  /** A message is sent after {@code now} and included before the close. */
  private static long slack(ProvingWindow window, Epoch now) {
    return Math.max(window.close().minus(1).since(now), 0);
  }

  private static DeadlineReply.PartitionStatus status(
      PartitionState partition, DeadlineWork work, long slack) {
    DeadlineWork.Said said =
        partition instanceof PartitionState.Working working
            ? work.progress.getOrDefault(working.job(), NOTHING)
            : NOTHING;
    return new DeadlineReply.PartitionStatus(
        partition.plan().partition(),
        partition.getClass().getSimpleName(),
        partition.plan().toProve().cardinality(),
        partition.skipped().size(),
        partition.problem(),
        said.text().isEmpty() ? "" : said.worker() + ": " + said.text(),
        said.worker(),
        attempts(partition),
        slack);
  }

  private static long attempts(PartitionState partition) {
    Tries tries = partition.tries();
    boolean sent =
        partition instanceof PartitionState.Submitted || partition instanceof PartitionState.Proven;
    return tries.vanilla() + tries.snark() + tries.submissions() + (sent ? 1 : 0);
  }
}
