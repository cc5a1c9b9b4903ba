package io.granary.protocol.chain;

import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.piece.Commitment;
import java.util.List;
import java.util.Optional;

/**
 * What a precommit says of a sector.
 *
 * @param unsealed empty for a sector without pieces (compact CommD)
 * @param dealIds obsolete, always empty in what we send
 */
public record SectorPreCommitInfo(
    RegisteredSealProof sealProof,
    SectorNumber sectorNumber,
    Commitment sealed,
    Epoch sealRandEpoch,
    List<Long> dealIds,
    Epoch expiration,
    Optional<Commitment> unsealed) {
  public SectorPreCommitInfo {
    dealIds = List.copyOf(dealIds);
  }
}
