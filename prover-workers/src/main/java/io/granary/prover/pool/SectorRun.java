package io.granary.prover.pool;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/**
 * Consecutive sector numbers of one miner.
 *
 * @param count 1 or more
 */
public record SectorRun(ActorId miner, long first, long count) {
  public SectorRun {
    if (first < 0 || count < 1 || first > Long.MAX_VALUE - count) {
      throw new IllegalArgumentException(
          "run of sectors: " + count + " from " + first + " is not within 0 to 2^63 - 1");
    }
  }

  static SectorRun of(SectorId sector) {
    return new SectorRun(sector.miner(), sector.number().value(), 1);
  }

  /** The fewest runs that hold {@code sectors}, ascending. */
  static List<SectorRun> of(SortedSet<SectorId> sectors) {
    List<SectorRun> runs = new ArrayList<>();
    SectorRun open = null;
    for (SectorId sector : sectors) {
      long number = sector.number().value();
      if (open != null && open.miner().equals(sector.miner()) && number == open.end()) {
        open = new SectorRun(open.miner(), open.first(), open.count() + 1);
      } else {
        if (open != null) {
          runs.add(open);
        }
        open = of(sector);
      }
    }
    if (open != null) {
      runs.add(open);
    }
    return runs;
  }

  /** The number after the last. */
  long end() {
    return first + count;
  }
}
