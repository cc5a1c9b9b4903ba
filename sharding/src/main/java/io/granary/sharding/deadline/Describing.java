package io.granary.sharding.deadline;

import io.granary.protocol.ActorId;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.deadline.PartitionState;
import io.granary.protocol.deadline.ProvingDeadlineState;
import io.granary.protocol.deadline.ProvingDeadlineState.Running;
import io.granary.protocol.job.JobId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts a deadline's state into words. */
final class Describing {
  private Describing() {}

  static DeadlineReply.Overview overview(
      ActorId miner, long index, ProvingDeadlineState state, Map<JobId, String> progress) {
    List<DeadlineReply.PartitionStatus> partitions =
        state instanceof Running running
            ? running.run().partitions().values().stream()
                .map(partition -> status(partition, progress))
                .toList()
            : List.of();
    return new DeadlineReply.Overview(
        miner,
        index,
        state instanceof Running running ? Optional.of(running.run().window()) : Optional.empty(),
        partitions,
        state.faults().faulty().values().stream().mapToLong(BitField::cardinality).sum(),
        state.faults().recovery().getClass().getSimpleName());
  }

  private static DeadlineReply.PartitionStatus status(
      PartitionState partition, Map<JobId, String> progress) {
    return new DeadlineReply.PartitionStatus(
        partition.plan().partition(),
        partition.getClass().getSimpleName(),
        partition.plan().toProve().cardinality(),
        partition.skipped().size(),
        partition.problem(),
        partition instanceof PartitionState.Working working
            ? progress.getOrDefault(working.job(), "")
            : "");
  }
}
