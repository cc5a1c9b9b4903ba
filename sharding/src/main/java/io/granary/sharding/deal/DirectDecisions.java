package io.granary.sharding.deal;

import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.Stamp;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.VerifiedAllocation;
import io.granary.protocol.chain.VerifiedClaim;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealFailure;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealTerms;
import java.util.List;
import java.util.Optional;

/**
 * What a direct deal does about what the chain says of it: it is active when its sector is there
 * and has claimed its allocation, which a sector that is there does not say by itself. What a
 * re-org may still bring back is not ended. Pure.
 */
final class DirectDecisions {
  private final long finalityEpochs;

  /**
   * @param finalityEpochs after so many nothing on chain is taken back
   */
  DirectDecisions(long finalityEpochs) {
    this.finalityEpochs = finalityEpochs;
  }

  /** What {@code standing} says that {@code state} does not know. */
  List<DealEvent> onChain(DealState state, Stamp stamp, DirectStanding standing) {
    if (state instanceof DealState.Sealing sealing) {
      SectorNumber number = sealing.placement().sector().number();
      Optional<DealEvent> activated =
          standing.activation(number).map(at -> new DealEvent.DealActivated(stamp, at));
      return activated
          .or(
              () ->
                  hopeless(sealing.terms(), number, stamp.epoch(), standing)
                      .map(why -> DealDecisions.failed(stamp, DealFailure.Kind.FATAL, why)))
          .stream()
          .toList();
    }
    if (state instanceof DealState.Active active
        && standing.activation(active.placement().sector().number()).isEmpty()) {
      return List.of(
          isFinal(active.activation(), stamp.epoch())
              ? new DealEvent.DealSlashed(stamp, stamp.epoch())
              : new DealEvent.ActivationReverted(stamp));
    }
    return List.of();
  }

  /** Why the allocation will never be claimed by the sector {@code number}. */
  private Optional<String> hopeless(
      DealTerms terms, SectorNumber number, Epoch now, DirectStanding standing) {
    if (standing.claims().isEmpty()
        || !(terms.contract() instanceof DealTerms.Contract.Direct direct)) {
      return Optional.empty();
    }
    DirectStanding.Claims claims = standing.claims().get();
    String allocation = "allocation " + direct.allocation().orElse(0L);
    if (claims.claim().isPresent()) {
      VerifiedClaim claim = claims.claim().get();
      return claim.sector().equals(number) || !isFinal(claim.termStart(), now)
          ? Optional.empty()
          : Optional.of(allocation + " is claimed by sector " + claim.sector().value());
    }
    Optional<SectorOnChain> without =
        standing.sector().filter(there -> isFinal(there.activation(), now));
    if (without.isPresent()) {
      return Optional.of("sector " + number.value() + " is active without claiming " + allocation);
    }
    Epoch last =
        claims.allocation().map(VerifiedAllocation::expiration).orElse(direct.startEpoch());
    return isFinal(last, now)
        ? Optional.of(allocation + " was not claimed by epoch " + last + ", its last")
        : Optional.empty();
  }

  private boolean isFinal(Epoch since, Epoch now) {
    return now.since(since) >= finalityEpochs;
  }
}
