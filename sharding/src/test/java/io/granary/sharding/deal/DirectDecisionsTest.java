package io.granary.sharding.deal;

import static io.granary.protocol.deal.DealFixtures.HEAD;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.Stamp;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.VerifiedAllocation;
import io.granary.protocol.chain.VerifiedClaim;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealFailure;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.Exposure;
import io.granary.protocol.deal.Payments;
import io.granary.protocol.deal.Placement;
import io.granary.protocol.piece.PieceInfo;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the chain's sector, claim and allocation say of a direct deal in sector 7. */
class DirectDecisionsTest {
  private static final long FINALITY = 900;
  private static final Epoch ACTIVATED = new Epoch(HEAD + 50);
  private static final Epoch EXPIRATION = new Epoch(HEAD + 100_000);
  private static final Placement PLACE = new Placement(SectorId.of(1000, 7), 0, 0, false);
  private static final DealTerms TERMS = DealFixtures.directTerms();

  private final DirectDecisions decisions = new DirectDecisions(FINALITY);

  private static DealState.Sealing sealing(DealTerms terms) {
    return new DealState.Sealing(
        terms, Optional.of(DealFixtures.FILE), PLACE, Optional.empty(), Exposure.NONE);
  }

  private static DealState.Active active() {
    return new DealState.Active(
        TERMS, Optional.empty(), PLACE, Optional.empty(), Exposure.NONE, ACTIVATED, Payments.NONE);
  }

  private static Optional<SectorOnChain> sector() {
    return Optional.of(
        new SectorOnChain(
            new SectorNumber(7),
            new RegisteredSealProof(5),
            DealFixtures.COMM_P,
            ACTIVATED,
            ACTIVATED.plus(1_000_000),
            BigInteger.ZERO,
            BigInteger.ZERO,
            TokenAmount.ZERO,
            Optional.empty(),
            Optional.empty(),
            ACTIVATED,
            Optional.empty(),
            Optional.empty(),
            0,
            TokenAmount.ZERO));
  }

  private static Optional<VerifiedClaim> claimedBy(long sector) {
    return Optional.of(
        new VerifiedClaim(
            new ActorId(1000),
            new ActorId(2000),
            Cid.commP(DealFixtures.COMM_P),
            2048,
            518_400,
            1_051_200,
            ACTIVATED,
            new SectorNumber(sector)));
  }

  private static Optional<VerifiedAllocation> allocation() {
    return Optional.of(
        new VerifiedAllocation(
            new ActorId(2000),
            new ActorId(1000),
            Cid.commP(DealFixtures.COMM_P),
            2048,
            518_400,
            1_051_200,
            EXPIRATION));
  }

  private static DirectStanding standing(
      Optional<SectorOnChain> sector,
      Optional<VerifiedClaim> claim,
      Optional<VerifiedAllocation> allocation) {
    return new DirectStanding(sector, Optional.of(new DirectStanding.Claims(claim, allocation)));
  }

  private List<DealEvent> seen(DealState state, long epoch, DirectStanding standing) {
    return decisions.onChain(state, DealFixtures.stamp(epoch), standing);
  }

  private void assertFails(long epoch, DirectStanding standing, String why) {
    assertThat(seen(sealing(TERMS), epoch - 1, standing)).isEmpty();
    assertThat(seen(sealing(TERMS), epoch, standing))
        .containsExactly(
            new DealEvent.DealFailed(
                DealFixtures.stamp(epoch), new DealFailure(DealFailure.Kind.FATAL, why)));
  }

  @Test
  void isActive_onlyWhenItsSectorHasClaimedTheAllocation() {
    Stamp stamp = DealFixtures.stamp(HEAD + 60);
    assertThat(seen(sealing(TERMS), HEAD + 60, standing(sector(), claimedBy(7), Optional.empty())))
        .containsExactly(new DealEvent.DealActivated(stamp, ACTIVATED));
    assertThat(seen(sealing(TERMS), HEAD + 60, standing(sector(), Optional.empty(), allocation())))
        .isEmpty();
    assertThat(
            seen(
                sealing(TERMS),
                HEAD + 60,
                standing(Optional.empty(), Optional.empty(), allocation())))
        .isEmpty();
    assertThat(
            seen(sealing(TERMS), HEAD + 60, standing(Optional.empty(), claimedBy(7), allocation())))
        .as("a claim outlives its sector")
        .isEmpty();
  }

  @Test
  void isActiveWithItsSector_whenItHasNothingToClaim() {
    DealTerms free =
        new DealTerms(
            TERMS.id(),
            new DealTerms.Contract.Direct(
                new PieceInfo(DealFixtures.COMM_P, 2048),
                Address.ofId(2000),
                DealFixtures.PROVIDER,
                Optional.empty(),
                TERMS.contract().startEpoch(),
                TERMS.contract().endEpoch()),
            TERMS.delivery(),
            TERMS.dataRoot(),
            TERMS.announce(),
            TERMS.keepUnsealed());
    DirectStanding there = new DirectStanding(sector(), Optional.empty());
    assertThat(seen(sealing(free), HEAD + 60, there))
        .containsExactly(new DealEvent.DealActivated(DealFixtures.stamp(HEAD + 60), ACTIVATED));
    DirectStanding none = new DirectStanding(Optional.empty(), Optional.empty());
    assertThat(seen(sealing(free), HEAD + 1_000_000, none)).isEmpty();
  }

  @Test
  void failsForGood_onceItIsFinalThatItsSectorWillNotClaim() {
    assertFails(
        ACTIVATED.value() + FINALITY,
        standing(Optional.empty(), claimedBy(8), Optional.empty()),
        "allocation 5 is claimed by sector 8");
    assertFails(
        ACTIVATED.value() + FINALITY,
        standing(sector(), Optional.empty(), allocation()),
        "sector 7 is active without claiming allocation 5");
    assertFails(
        EXPIRATION.value() + FINALITY,
        standing(Optional.empty(), Optional.empty(), allocation()),
        "allocation 5 was not claimed by epoch " + EXPIRATION + ", its last");
    Epoch start = TERMS.contract().startEpoch();
    assertFails(
        start.value() + FINALITY,
        standing(Optional.empty(), Optional.empty(), Optional.empty()),
        "allocation 5 was not claimed by epoch " + start + ", its last");
  }

  @Test
  void losesItsActivation_whenSectorOrClaimIsGone() {
    DirectStanding kept = standing(sector(), claimedBy(7), Optional.empty());
    DirectStanding unclaimed = standing(sector(), Optional.empty(), allocation());
    DirectStanding terminated = standing(Optional.empty(), claimedBy(7), Optional.empty());
    long last = ACTIVATED.value() + FINALITY - 1;
    assertThat(seen(active(), last, kept)).isEmpty();
    assertThat(seen(active(), last, unclaimed))
        .containsExactly(new DealEvent.ActivationReverted(DealFixtures.stamp(last)));
    assertThat(seen(active(), last, terminated))
        .containsExactly(new DealEvent.ActivationReverted(DealFixtures.stamp(last)));
    assertThat(seen(active(), last + 1, terminated))
        .containsExactly(
            new DealEvent.DealSlashed(DealFixtures.stamp(last + 1), new Epoch(last + 1)));
  }
}
