package io.granary.prover.pool;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A set of sectors, kept as ranges: memory goes with the gaps, not with the sectors. */
final class SectorRanges {
  /** Per miner: first number of a range to the number after its last; ranges never touch. */
  private final Map<ActorId, NavigableMap<Long, Long>> ranges = new HashMap<>();

  void add(SectorRun run) {
    NavigableMap<Long, Long> of = ranges.computeIfAbsent(run.miner(), m -> new TreeMap<>());
    long first = run.first();
    long end = run.end();
    Map.Entry<Long, Long> before = of.floorEntry(end);
    while (before != null && before.getValue() >= first) {
      first = Math.min(first, before.getKey());
      end = Math.max(end, before.getValue());
      of.remove(before.getKey());
      before = of.floorEntry(end);
    }
    of.put(first, end);
  }

  void remove(SectorRun run) {
    NavigableMap<Long, Long> of = ranges.get(run.miner());
    if (of == null) {
      return;
    }
    Map.Entry<Long, Long> hit = of.lowerEntry(run.end());
    while (hit != null && hit.getValue() > run.first()) {
      of.remove(hit.getKey());
      if (hit.getKey() < run.first()) {
        of.put(hit.getKey(), run.first());
      }
      if (hit.getValue() > run.end()) {
        of.put(run.end(), hit.getValue());
      }
      hit = of.lowerEntry(run.end());
    }
  }

  boolean contains(SectorId sector) {
    NavigableMap<Long, Long> of = ranges.get(sector.miner());
    Map.Entry<Long, Long> hit = of == null ? null : of.floorEntry(sector.number().value());
    return hit != null && hit.getValue() > sector.number().value();
  }

  void clear() {
    ranges.clear();
  }
}
