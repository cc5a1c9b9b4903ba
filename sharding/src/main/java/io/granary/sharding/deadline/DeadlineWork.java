package io.granary.sharding.deadline;

import io.granary.protocol.Epoch;
import io.granary.protocol.job.JobId;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a deadline has under way and may forget when it dies: every entry is made again from the
 * journal, the chain, or by sectors that say again that they read well. Belongs to the one actor.
 */
final class DeadlineWork {
  /** How many faulty sectors may wait for their declaration: what one message may hold. */
  static final int READABLE_MAX = 25_000;

  /** The period in which the partitions owe nothing, as read. */
  Optional<Epoch> nothingOwedIn = Optional.empty();

  /** The period after whose window the chain's faults were last read. */
  Optional<Epoch> faultsReadAfter = Optional.empty();

  /** The commitments of the run's sectors. */
  DeadlineOrders.Replicas replicas = new DeadlineOrders.Replicas(Map.of());

  /** What each running job last said of itself. */
  final Map<JobId, String> progress = new HashMap<>();

  /** Faulty sectors whose files read well again. */
  final NavigableSet<Long> readable = new TreeSet<>();

  /** Forgets everything: a life begins. */
  void clear() {
    runEnded();
    nothingOwedIn = Optional.empty();
    faultsReadAfter = Optional.empty();
    readable.clear();
  }

  void runEnded() {
    replicas = new DeadlineOrders.Replicas(Map.of());
    progress.clear();
  }
}
