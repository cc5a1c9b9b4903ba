package io.granary.protocol.deadline;

import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.deadline.DeadlineEvent.PartitionSectors;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The sectors of a deadline that the chain holds faulty, by partition, and the declaration that
 * brings them back.
 */
public record FaultBook(SortedMap<Long, BitField> faulty, RecoveryState recovery) {
  static final FaultBook EMPTY = new FaultBook(new TreeMap<>(), RecoveryState.NotDeclared.FIRST);

  public FaultBook {
    faulty = Collections.unmodifiableSortedMap(new TreeMap<>(faulty));
  }

  FaultBook on(DeadlineEvent event) {
    if (event instanceof DeadlineEvent.FaultsFound found) {
      return with(found.sectors(), true);
    }
    if (event instanceof DeadlineEvent.FaultsEnded ended) {
      return with(ended.sectors(), false);
    }
    return new FaultBook(faulty, recovery.on(event));
  }

  private FaultBook with(List<PartitionSectors> changes, boolean add) {
    TreeMap<Long, BitField> next = new TreeMap<>(faulty);
    for (PartitionSectors change : changes) {
      BitField before = next.getOrDefault(change.partition(), BitField.empty());
      BitField after = add ? before.union(change.sectors()) : before.minus(change.sectors());
      if (after.isEmpty()) {
        next.remove(change.partition());
      } else {
        next.put(change.partition(), after);
      }
    }
    return new FaultBook(next, recovery);
  }

  /** What {@code chain} holds faulty beyond this book. */
  public List<PartitionSectors> foundIn(SortedMap<Long, BitField> chain) {
    return difference(chain, faulty);
  }

  /** What this book holds faulty beyond {@code chain}. */
  public List<PartitionSectors> endedIn(SortedMap<Long, BitField> chain) {
    return difference(faulty, chain);
  }

  private static List<PartitionSectors> difference(
      SortedMap<Long, BitField> left, SortedMap<Long, BitField> right) {
    return left.entrySet().stream()
        .map(
            entry ->
                new PartitionSectors(
                    entry.getKey(),
                    entry.getValue().minus(right.getOrDefault(entry.getKey(), BitField.empty()))))
        .filter(change -> !change.sectors().isEmpty())
        .toList();
  }
}
