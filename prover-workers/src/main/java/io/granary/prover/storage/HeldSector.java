package io.granary.prover.storage;

import io.granary.protocol.SectorId;
import java.util.Optional;

/**
 * What a node has of a sector.
 *
 * @param replica whether its sealed file is there
 */
public record HeldSector(SectorId sector, Optional<UnsealedFile> unsealed, boolean replica) {
  /**
   * An unsealed file; one that changes has another length or time.
   *
   * @param storageId the storage path it lies on
   * @param modifiedMillis since 1970-01-01 UTC
   */
  public record UnsealedFile(String storageId, long bytes, long modifiedMillis) {}
}
