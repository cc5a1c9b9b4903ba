package io.granary.devnet.state;

import io.granary.protocol.Bytes;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * One deadline of a miner (builtin-actors miner/src/deadline_state.rs).
 *
 * @param posted the partitions proven in the window that is open, empty outside it
 * @param optimistic proofs of the open window that were accepted without looking
 * @param disputable those of the window before, until the next one ends
 */
public record MinerDeadline(
    List<MinerPartition> partitions,
    BitField posted,
    List<OptimisticPost> optimistic,
    List<OptimisticPost> disputable)
    implements CborEncodable {
  public static final MinerDeadline EMPTY =
      new MinerDeadline(List.of(), BitField.empty(), List.of(), List.of());

  /**
   * A window PoSt that was accepted without being verified.
   *
   * @param sectors the good sectors it covers
   * @param challenge the epoch its randomness came from
   */
  public record OptimisticPost(BitField partitions, BitField sectors, Bytes proof, long challenge)
      implements CborEncodable {
    @Override
    public void writeTo(CborWriter writer) {
      writer.array(4).bitField(partitions).bitField(sectors).bytes(proof).int64(challenge);
    }
  }

  public MinerDeadline {
    partitions = List.copyOf(partitions);
    optimistic = List.copyOf(optimistic);
    disputable = List.copyOf(disputable);
  }

  public MinerDeadline withPartition(int index, MinerPartition partition) {
    List<MinerPartition> changed = new ArrayList<>(partitions);
    if (index == changed.size()) {
      changed.add(partition);
    } else {
      changed.set(index, partition);
    }
    return withPartitions(changed);
  }

  public MinerDeadline withPartitions(List<MinerPartition> changed) {
    return new MinerDeadline(changed, posted, optimistic, disputable);
  }

  public MinerDeadline withPosted(BitField newPosted, List<OptimisticPost> newOptimistic) {
    return new MinerDeadline(partitions, newPosted, newOptimistic, disputable);
  }

  public MinerDeadline withDisputable(List<OptimisticPost> posts) {
    return new MinerDeadline(partitions, posted, optimistic, posts);
  }

  /** With the window closed: nothing posted, what was accepted unseen open to dispute. */
  public MinerDeadline closed() {
    return new MinerDeadline(partitions, BitField.empty(), List.of(), optimistic);
  }

  /** The union of one set over all partitions. */
  public BitField union(Function<MinerPartition, BitField> set) {
    BitField all = BitField.empty();
    for (MinerPartition partition : partitions) {
      all = all.union(set.apply(partition));
    }
    return all;
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(4).list(partitions).bitField(posted).list(optimistic).list(disputable);
  }
}
