package io.granary.sharding.deal;

import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.VerifiedAllocation;
import io.granary.protocol.chain.VerifiedClaim;
import java.util.Optional;

/**
 * What the chain says, at one head, of a deal that the market does not know.
 *
 * @param sector the deal's
 * @param claims empty for data without DataCap, which claims nothing
 */
record DirectStanding(Optional<SectorOnChain> sector, Optional<Claims> claims) {
  /**
   * What the verified registry keeps of the deal's allocation.
   *
   * @param allocation empty once it is claimed, or removed after its expiration
   */
  record Claims(Optional<VerifiedClaim> claim, Optional<VerifiedAllocation> allocation) {}

  /** When the deal's data became active in {@code number}, claimed where it is to be. */
  Optional<Epoch> activation(SectorNumber number) {
    if (sector.isEmpty() || claims.isEmpty()) {
      return sector.map(SectorOnChain::activation);
    }
    return claims
        .get()
        .claim()
        .filter(claim -> claim.sector().equals(number))
        .map(VerifiedClaim::termStart);
  }
}
