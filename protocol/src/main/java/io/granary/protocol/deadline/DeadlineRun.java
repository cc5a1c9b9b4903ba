package io.granary.protocol.deadline;

import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.chain.TipSetKey;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One period's work of a deadline.
 *
 * @param randomness the challenge
 * @param readAt the tipset the partitions were last read at
 * @param partitions by partition index; only those that owe a proof
 */
public record DeadlineRun(
    ProvingWindow window,
    Bytes randomness,
    RegisteredPoStProof postProof,
    TipSetKey readAt,
    SortedMap<Long, PartitionState> partitions) {
  public DeadlineRun {
    partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
  }

  static DeadlineRun opened(DeadlineEvent.RunOpened event) {
    TreeMap<Long, PartitionState> partitions = new TreeMap<>();
    for (PartitionPlan plan : event.partitions()) {
      partitions.put(plan.partition(), PartitionState.Planned.fresh(plan, event.epoch()));
    }
    return new DeadlineRun(
        event.window(), event.randomness(), event.postProof(), event.readAt(), partitions);
  }

  DeadlineRun replanned(DeadlineEvent.RunReplanned event) {
    TreeMap<Long, PartitionState> next = new TreeMap<>(partitions);
    for (PartitionPlan plan : event.partitions()) {
      PartitionState before = partitions.get(plan.partition());
      next.put(
          plan.partition(),
          before == null
              ? PartitionState.Planned.fresh(plan, event.epoch())
              : PartitionState.Planned.anew(plan, before, event.epoch()));
    }
    return new DeadlineRun(window, event.randomness(), postProof, event.readAt(), next);
  }

  DeadlineRun on(DeadlineEvent.OfPartition event) {
    PartitionState before = partitions.get(event.partition());
    if (before == null) {
      throw new IllegalStateException("partition " + event.partition() + " is not in the run");
    }
    TreeMap<Long, PartitionState> next = new TreeMap<>(partitions);
    next.put(event.partition(), before.on(event));
    return new DeadlineRun(window, randomness, postProof, readAt, next);
  }

  /** Whether every partition's proof has landed. */
  public boolean allProven() {
    return partitions.values().stream().allMatch(PartitionState.Proven.class::isInstance);
  }

  /** The partitions whose proof has landed. */
  public List<Long> proven() {
    return partitions.entrySet().stream()
        .filter(entry -> entry.getValue() instanceof PartitionState.Proven)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The partitions that have not, with what kept them from it. */
  public List<DeadlineEvent.MissedPartition> missed() {
    return partitions.entrySet().stream()
        .filter(entry -> !(entry.getValue() instanceof PartitionState.Proven))
        .map(
            entry ->
                new DeadlineEvent.MissedPartition(
                    entry.getKey(), DeadlineRun.reason(entry.getValue())))
        .toList();
  }

  /** What kept a partition from being proven, in words. */
  public static String reason(PartitionState state) {
    if (state instanceof PartitionState.Parked parked) {
      return parked.reason();
    }
    String name = state.getClass().getSimpleName();
    return state.problem().isEmpty()
        ? "still " + name + " when the window closed"
        : name + ": " + state.problem();
  }
}
