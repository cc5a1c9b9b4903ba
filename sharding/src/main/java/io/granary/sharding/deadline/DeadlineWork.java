package io.granary.sharding.deadline;

import io.granary.protocol.Epoch;
import io.granary.protocol.chain.TipSetKey;
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

  /** What the chain said last of the run, and agreed with it. */
  Optional<DeadlineChain.Submission> agreed = Optional.empty();

  /** What each running job last said of itself. */
  final Map<JobId, Said> progress = new HashMap<>();

  /** Faulty sectors whose files read well again. */
  final NavigableSet<Long> readable = new TreeSet<>();

  /**
   * A running job's word.
   *
   * @param text stage and percent; empty when it only started
   */
  record Said(String worker, String text) {}

  /** What the chain said of the run at {@code head}, when it was asked there and agreed. */
  Optional<DeadlineChain.Submission> agreedAt(TipSetKey head) {
    return agreed.filter(found -> found.readAt().equals(head));
  }

  /** Forgets everything: a life begins. */
  void clear() {
    runEnded();
    nothingOwedIn = Optional.empty();
    faultsReadAfter = Optional.empty();
    readable.clear();
  }

  void runEnded() {
    agreed = Optional.empty();
    progress.clear();
  }
}
