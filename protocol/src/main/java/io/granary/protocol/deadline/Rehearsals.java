package io.granary.protocol.deadline;

import io.granary.protocol.Epoch;
import io.granary.protocol.deadline.DeadlineEvent.RehearsalDone;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How the last rehearsal of each partition went; earlier ones are in the journal.
 *
 * @param last by partition
 */
public record Rehearsals(SortedMap<Long, RehearsalDone> last) {
  static final Rehearsals NONE = new Rehearsals(new TreeMap<>());

  public Rehearsals {
    last = Collections.unmodifiableSortedMap(new TreeMap<>(last));
  }

  Rehearsals on(RehearsalDone done) {
    TreeMap<Long, RehearsalDone> next = new TreeMap<>(last);
    next.put(done.partition(), done);
    return new Rehearsals(next);
  }

  /** The partitions rehearsed at {@code epoch} or later. */
  public Set<Long> since(Epoch epoch) {
    return last.values().stream()
        .filter(done -> !done.epoch().isBefore(epoch))
        .map(RehearsalDone::partition)
        .collect(Collectors.toUnmodifiableSet());
  }
}
