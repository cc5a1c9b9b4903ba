package io.granary.devnet.actor;

import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.policy.ProvingGrid;
import io.granary.devnet.state.MinerDeadline;
import io.granary.devnet.state.MinerPartition;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.bitfield.BitField;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Gives new sectors their deadline and partition (chain.md 5.4, builtin-actors
 * miner/src/deadline_assignment.rs).
 */
final class SectorAssignment {
  private static final int PARTITIONS_MAX = 3000;

  private SectorAssignment() {}

  /** {@code miner} with {@code sectors} put, unproven, into its mutable deadlines. */
  static MinerState assign(MinerState miner, BitField sectors, long epoch, ChainPolicy policy) {
    ProvingGrid grid = miner.grid(policy);
    int size = miner.partitionSectors();
    MinerState result = miner;
    for (long sector : (Iterable<Long>) sectors.stream().boxed()::iterator) {
      int index = choose(result.deadlines(), grid, epoch, size);
      result = result.withDeadline(index, add(result.deadlines().get(index), sector, size));
    }
    return result;
  }

  private static int choose(List<MinerDeadline> deadlines, ProvingGrid grid, long epoch, int size) {
    return IntStream.range(0, deadlines.size())
        .filter(index -> grid.isMutable(index, epoch))
        .filter(index -> all(deadlines.get(index)) < (long) size * PARTITIONS_MAX)
        .boxed()
        .min(preference(deadlines, size))
        .orElseThrow(() -> ActorAbort.forbidden("no deadline is mutable and has room"));
  }

  private static Comparator<Integer> preference(List<MinerDeadline> deadlines, int size) {
    ToLongFunction<Integer> live = index -> live(deadlines.get(index));
    ToLongFunction<Integer> all = index -> all(deadlines.get(index));
    return Comparator.comparingLong(
            (Integer index) -> compactPartitions(live.applyAsLong(index), size))
        .thenComparingLong(index -> compactPartitions(all.applyAsLong(index), size))
        .thenComparing(index -> all.applyAsLong(index) % size == 0)
        .thenComparingLong(
            index ->
                all.applyAsLong(index) % size == 0 ? 0 : Long.MAX_VALUE - all.applyAsLong(index))
        .thenComparingLong(live)
        .thenComparingInt(index -> index);
  }

  /** Partitions that {@code sectors} and one more need. */
  private static long compactPartitions(long sectors, int size) {
    return (sectors + size) / size;
  }

  private static long live(MinerDeadline deadline) {
    return deadline.union(MinerPartition::live).cardinality();
  }

  private static long all(MinerDeadline deadline) {
    return deadline.union(MinerPartition::all).cardinality();
  }

  private static MinerDeadline add(MinerDeadline deadline, long sector, int size) {
    BitField one = BitField.of(sector);
    int last = deadline.partitions().size() - 1;
    if (last >= 0 && deadline.partitions().get(last).all().cardinality() < size) {
      return deadline.withPartition(last, deadline.partitions().get(last).adding(one));
    }
    return deadline.withPartition(last + 1, MinerPartition.ofUnproven(one));
  }
}
