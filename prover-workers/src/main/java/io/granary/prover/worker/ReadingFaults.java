package io.granary.prover.worker;

import io.granary.protocol.SectorNumber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides which sectors to give up when a child that reads vanilla proofs hangs or dies. A skipped
 * sector costs its owner a fault fee, so nothing is given up at the first sign: the machine may
 * have been paused, or the child killed from outside.
 *
 * <ul>
 *   <li>A sector that does not answer in time is tried once more, after the others.
 *   <li>A storage path of which two rounds in a row got nothing but silence is given up with all
 *       its sectors: a dead mount must not cost a time limit for each of them.
 *   <li>A storage path that was silent for a job before is read last, and one such round is enough.
 *   <li>Sectors that were being read when the child died are read alone next. One that was being
 *       read alone at a second death is given up (a file truncated while mapped is a SIGBUS).
 * </ul>
 *
 * Not thread-safe.
 */
final class ReadingFaults {
  private static final int TRIES_MAX = 2;

  private final Duration sectorLimit;
  private final int parallelMax;
  private final Map<SectorNumber, Integer> strikes = new HashMap<>();
  private final Map<String, Integer> silentRounds = new HashMap<>();
  private final Set<String> doubted;
  private final Duration doubtedLimit;
  private boolean alone;

  /**
   * @param doubted the storage paths that were silent before
   * @param doubtedLimit how long a sector on one of these may take
   */
  ReadingFaults(Duration sectorLimit, int parallelMax, Set<String> doubted, Duration doubtedLimit) {
    this.sectorLimit = sectorLimit;
    this.parallelMax = parallelMax;
    this.doubted = new HashSet<>(doubted);
    this.doubtedLimit = doubtedLimit;
    doubted.forEach(storage -> silentRounds.put(storage, TRIES_MAX - 1));
  }

  /** What to ask for next of the sectors left, in order. */
  List<VanillaReader.Replica> batch(List<VanillaReader.Replica> left) {
    List<VanillaReader.Replica> suspects =
        left.stream().filter(r -> strikes.containsKey(r.number())).toList();
    alone = alone && !suspects.isEmpty();
    if (alone) {
      return suspects;
    }
    List<VanillaReader.Replica> ordered = new ArrayList<>(left);
    ordered.sort(
        Comparator.comparing((VanillaReader.Replica r) -> doubted.contains(r.storage()))
            .thenComparing(r -> strikes.getOrDefault(r.number(), 0)));
    return ordered;
  }

  /** How many of {@link #batch} to read at the same time. */
  int parallel() {
    return alone ? 1 : parallelMax;
  }

  /**
   * Some sectors did not answer in time, and their child was killed.
   *
   * @param done what the same child read before
   * @param left what was asked for and is not done
   * @return the sectors to give up, and why
   */
  Map<SectorNumber, String> hung(
      Set<SectorNumber> overdue, Set<String> done, List<VanillaReader.Replica> left) {
    Map<SectorNumber, String> givenUp = new HashMap<>();
    for (SectorNumber sector : overdue) {
      if (strikes.merge(sector, 1, Integer::sum) >= TRIES_MAX) {
        givenUp.put(sector, "reading it took more than " + sectorLimit + ", twice");
      }
    }
    done.forEach(silentRounds::remove);
    doubted.removeAll(done);
    Set<String> silent =
        left.stream()
            .filter(r -> overdue.contains(r.number()) && !done.contains(r.storage()))
            .map(VanillaReader.Replica::storage)
            .collect(Collectors.toSet());
    for (String storage : silent) {
      if (silentRounds.merge(storage, 1, Integer::sum) >= TRIES_MAX) {
        left.stream()
            .filter(r -> r.storage().equals(storage))
            .forEach(
                r ->
                    givenUp.putIfAbsent(
                        r.number(), "its storage path " + storage + silence(storage)));
      }
    }
    return givenUp;
  }

  private String silence(String storage) {
    return doubted.contains(storage)
        ? " does not answer within " + doubtedLimit + ", and was silent before"
        : " does not answer";
  }

  /** The storage paths that are given up. */
  Set<String> silent() {
    return silentRounds.entrySet().stream()
        .filter(each -> each.getValue() >= TRIES_MAX)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /**
   * The child died by itself while it read {@code open}, which is not empty.
   *
   * @return the sectors to give up, and why
   */
  Map<SectorNumber, String> died(Set<SectorNumber> open, String how) {
    Map<SectorNumber, String> givenUp = new HashMap<>();
    for (SectorNumber sector : open) {
      if (strikes.merge(sector, 1, Integer::sum) >= TRIES_MAX && open.size() == 1) {
        givenUp.put(sector, "reading it killed the prover child twice: " + how);
      }
    }
    alone = true;
    return givenUp;
  }
}
