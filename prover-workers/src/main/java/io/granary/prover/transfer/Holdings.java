package io.granary.prover.transfer;

import io.granary.prover.storage.HeldSector;
import java.util.List;
import java.util.Set;

/**
 * What a node has.
 *
 * @param storageIds the storage paths there
 * @param sectors of which it has an unsealed file or a replica, in ascending order
 */
public record Holdings(Set<String> storageIds, List<HeldSector> sectors) {
  public Holdings {
    storageIds = Set.copyOf(storageIds);
    sectors = List.copyOf(sectors);
  }
}
