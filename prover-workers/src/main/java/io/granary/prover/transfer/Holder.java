package io.granary.prover.transfer;

import io.granary.protocol.SectorNumber;
import java.util.Set;

/**
 * A node that serves bytes, and what of a job's inputs it has.
 *
 * @param worker the node's worker, for messages
 * @param storageIds the storage paths attached there
 * @param sectors those of the job's sectors that have files there
 */
public record Holder(
    String worker, TransferAddress address, Set<String> storageIds, Set<SectorNumber> sectors) {
  public Holder {
    storageIds = Set.copyOf(storageIds);
    sectors = Set.copyOf(sectors);
  }
}
