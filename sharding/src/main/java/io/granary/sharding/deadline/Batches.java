package io.granary.sharding.deadline;

import io.granary.protocol.Epoch;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.deadline.DeadlineRun;
import io.granary.protocol.deadline.PartitionState;
import io.granary.protocol.deadline.PartitionState.ProofMade;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which ready proofs go in one message. Pure.
 *
 * <p>The chain does not verify a message partition by partition: it takes the good sectors of all
 * its partitions, sorts them by number, and cuts them in chunks of the partition size, one proof a
 * chunk (chain.md 5.3). Proofs made for single partitions fit together only where these chunks are
 * the partitions themselves: each but the last is full, and all its numbers lie below the next
 * one's. All others go alone; so does a partition with a declared recovery, which is verified at
 * once and could sink the others, and one whose message failed before.
 */
final class Batches {
  /** Most partitions one message may address (chain.md 5.1). */
  static final int PARTITIONS_MAX = 3;

  private static final Comparator<ProofMade> BY_SECTORS =
      Comparator.comparingLong(made -> made.sectors().first().orElse(Long.MAX_VALUE));

  private Batches() {}

  /**
   * The messages to be sent at {@code now}, each with its partitions in the order of their proofs.
   */
  static List<List<ProofMade>> due(DeadlineRun run, Epoch now, DeadlineSettings settings) {
    Epoch from = run.window().open().plus(settings.submitAfterOpen());
    if (now.isBefore(from)) {
      return List.of();
    }
    List<List<ProofMade>> due = new ArrayList<>();
    List<ProofMade> companions = new ArrayList<>();
    for (PartitionState state : run.partitions().values()) {
      if (state instanceof ProofMade made && !now.isBefore(made.notBefore())) {
        if (goesAlone(made)) {
          due.add(List.of(made));
        } else {
          companions.add(made);
        }
      }
    }
    boolean waits = !companions.isEmpty() && mayWait(run, now, from, settings.batching());
    for (List<ProofMade> group : groups(companions, size(run), settings.batching())) {
      if (!waits || group.size() == settings.batching().partitionsMax()) {
        due.add(group);
      }
    }
    return due;
  }

  private static boolean goesAlone(ProofMade made) {
    return !made.plan().recovering().isEmpty() || made.tries().submissions() > 0;
  }

  private static int size(DeadlineRun run) {
    return run.postProof().sectorSize().windowPoStPartitionSectors();
  }

  /** Only for a sibling that is still being proven, only soon after open, never near the close. */
  private static boolean mayWait(
      DeadlineRun run, Epoch now, Epoch from, DeadlineSettings.Batching batching) {
    return batching.partitionsMax() > 1
        && now.since(from) < batching.waitEpochs()
        && run.window().close().since(now) >= batching.hurryEpochs()
        && run.partitions().values().stream().anyMatch(Batches::isUnderWay);
  }

  private static boolean isUnderWay(PartitionState state) {
    return state instanceof PartitionState.Working
        || state instanceof PartitionState.Planned
        || state instanceof PartitionState.VanillaRead;
  }

  private static List<List<ProofMade>> groups(
      List<ProofMade> companions, int size, DeadlineSettings.Batching batching) {
    List<List<ProofMade>> groups = new ArrayList<>();
    List<ProofMade> group = List.of();
    for (ProofMade made : companions.stream().sorted(BY_SECTORS).toList()) {
      boolean joins =
          !group.isEmpty()
              && group.size() < batching.partitionsMax()
              && follows(group.get(group.size() - 1).sectors(), made.sectors(), size);
      if (!joins) {
        group = new ArrayList<>();
        groups.add(group);
      }
      group.add(made);
    }
    return groups;
  }

  /** Whether the chunk after {@code before}'s begins with {@code next} and holds only that. */
  private static boolean follows(BitField before, BitField next, int size) {
    return before.cardinality() == size
        && next.cardinality() <= size
        && before.last().orElse(Long.MAX_VALUE) < next.first().orElse(-1);
  }
}
