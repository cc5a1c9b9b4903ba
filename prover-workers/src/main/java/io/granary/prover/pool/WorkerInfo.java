package io.granary.prover.pool;

import io.granary.prover.JobClass;
import io.granary.prover.transfer.TransferAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a worker can do.
 *
 * @param name unique in the cluster
 * @param slots jobs at once by class; classes left out have none
 * @param storageIds the storage paths attached there
 * @param provableSectorBytes sector sizes whose proof parameters are there
 * @param resources what the machine has; {@link Resources#NONE} when it does not say, which bounds
 *     nothing
 * @param reserved the part of it that only PoSt may take
 * @param transfer where its node serves bytes; empty when it has none to serve
 */
public record WorkerInfo(
    String name,
    Map<JobClass, Integer> slots,
    Set<String> storageIds,
    Set<Long> provableSectorBytes,
    Resources resources,
    Resources reserved,
    Optional<TransferAddress> transfer) {
  public WorkerInfo {
    slots = Map.copyOf(slots);
    storageIds = Set.copyOf(storageIds);
    provableSectorBytes = Set.copyOf(provableSectorBytes);
  }

  /** A worker that does not tell its resources and serves nothing. */
  public WorkerInfo(
      String name,
      Map<JobClass, Integer> slots,
      Set<String> storageIds,
      Set<Long> provableSectorBytes) {
    this(
        name,
        slots,
        storageIds,
        provableSectorBytes,
        Resources.NONE,
        Resources.NONE,
        Optional.empty());
  }

  /** The same with other storage paths. */
  WorkerInfo withStorageIds(Set<String> ids) {
    return new WorkerInfo(name, slots, ids, provableSectorBytes, resources, reserved, transfer);
  }
}
