package io.granary.prover.pool;

import io.granary.prover.JobClass;
import java.util.Map;
import java.util.Set;

/**
 * What a worker can do.
 *
 * @param name unique in the cluster
 * @param slots jobs at once by class; classes left out have none
 * @param storageIds the storage paths attached there
 * @param provableSectorBytes sector sizes whose proof parameters are there
 */
public record WorkerInfo(
    String name,
    Map<JobClass, Integer> slots,
    Set<String> storageIds,
    Set<Long> provableSectorBytes) {
  public WorkerInfo {
    slots = Map.copyOf(slots);
    storageIds = Set.copyOf(storageIds);
    provableSectorBytes = Set.copyOf(provableSectorBytes);
  }
}
