package io.granary.protocol.deadline;

import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Partition;

/**
 * What one partition owes in a period, read from the chain after the challenge; from the fault
 * cutoff on nothing changes it but a re-org.
 *
 * @param toProve live sectors that are not faulty, and the recovering ones; not empty
 * @param recovering those of {@code toProve} whose recovery was declared: a proof that covers one
 *     is verified on inclusion
 * @param unproven those of {@code toProve} never proven before
 */
public record PartitionPlan(
    long partition, BitField toProve, BitField recovering, BitField unproven) {
  public PartitionPlan {
    if (partition < 0) {
      throw new IllegalArgumentException("partition: must not be negative, got " + partition);
    }
    if (toProve.isEmpty()) {
      throw new IllegalArgumentException("partition " + partition + ": nothing to prove");
    }
  }

  /** Whether {@code partition} has a sector that must be proven. */
  public static boolean hasWork(Partition partition) {
    return !toProve(partition).isEmpty();
  }

  public static PartitionPlan of(long index, Partition partition) {
    BitField toProve = toProve(partition);
    return new PartitionPlan(
        index,
        toProve,
        partition.recoveringSectors().intersect(toProve),
        toProve.minus(partition.activeSectors()).minus(partition.recoveringSectors()));
  }

  private static BitField toProve(Partition partition) {
    return partition
        .liveSectors()
        .minus(partition.faultySectors())
        .union(partition.liveSectors().intersect(partition.recoveringSectors()));
  }
}
