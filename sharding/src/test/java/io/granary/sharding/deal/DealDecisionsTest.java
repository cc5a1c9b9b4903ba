package io.granary.sharding.deal;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.VerifiedAllocation;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.Placement;
import io.granary.protocol.deal.TransferProgress;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.DealFetcher.End;
import io.granary.protocol.sector.ExpirationBounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DealDecisionsTest {
  private static final long HEAD = DealFixtures.HEAD;
  private static final DealWorkSettings SETTINGS =
      new DealWorkSettings(
          Duration.ofSeconds(10), Duration.ofHours(1), 900, Duration.ofHours(1), 3, 5);

  private final DealDecisions decisions = new DealDecisions(SETTINGS);
  private DealState.Transferring transfer =
      new DealState.Transferring(
          DealFixtures.onlineTerms(),
          new TransferProgress(0, 2000, 0, Optional.empty()),
          Optional.empty());

  /** What the transfer's end brings, and how long the deal waits then. */
  private Duration end(End end) {
    List<DealEvent> events = decisions.fetched(transfer, DealFixtures.stamp(HEAD), end);
    events.forEach(event -> transfer = (DealState.Transferring) transfer.on(event));
    return Duration.between(
        DealFixtures.stamp(HEAD).time(), transfer.progress().notBefore().orElseThrow());
  }

  @Test
  void beginsAtNothing_whenItStartsOver() {
    assertThat(end(new End.BrokenOff("reset", 500, 2000))).isEqualTo(Duration.ofSeconds(10));
    Duration unused = end(new End.StartOver("the server tells no version"));
    assertThat(transfer.progress().receivedBytes()).isZero();
    assertThat(transfer.progress().totalBytes()).isZero();
    assertThat(transfer.progress().restarts()).isEqualTo(1);
    assertThat(unused).isGreaterThan(Duration.ofSeconds(10));
  }

  @Test
  void waitsEverLonger_whenEachTryBringsTheSameBytesAgain() {
    List<Duration> waits = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      waits.add(end(new End.BrokenOff("reset", 500, 2000)));
      waits.add(end(new End.StartOver("the server tells no version")));
    }
    for (int i = 2; i < waits.size(); i++) {
      assertThat(waits.get(i)).isGreaterThanOrEqualTo(waits.get(i - 2));
    }
    assertThat(waits.get(waits.size() - 1)).isEqualTo(SETTINGS.retryDelayMax());
  }

  @Test
  void waitsShort_whenBreaksBringNewBytes() {
    for (int i = 1; i < 20; i++) {
      assertThat(end(new End.BrokenOff("reset", 100L * i, 2000))).isEqualTo(Duration.ofSeconds(10));
    }
  }

  @Test
  void saysWhoGoesOnAndFromWhere_whenAnotherNodeHasTheBytes() {
    Duration unused = end(new End.BrokenOff("reset", 500, 2000));
    Stamp other = new Stamp(new Epoch(HEAD), DealFixtures.stamp(HEAD).time(), "node-2");
    List<DealEvent> events = DealDecisions.told(transfer, other, 500, 2000);
    assertThat(events).containsExactly(new DealEvent.DataReceived(other, 500, 2000));
    transfer = (DealState.Transferring) transfer.on(events.get(0));
    assertThat(transfer.progress().receivedBytes()).isEqualTo(500);
    assertThat(DealDecisions.told(transfer, other, 499, 2000)).isEmpty();
    assertThat(DealDecisions.received(transfer, other, 500, 2000)).isEmpty();
    assertThat(unused).isPositive();
  }

  @Test
  void endsForGood_whenTheStartComesInTheMidstOfTries() {
    Duration unused = end(new End.StartOver("the server tells no version"));
    assertThat(unused).isPositive();
    long start = transfer.terms().contract().startEpoch().value();
    assertThat(decisions.ticked(transfer, DealFixtures.stamp(start - 1))).isEmpty();
    assertThat(decisions.ticked(transfer, DealFixtures.stamp(start)))
        .singleElement()
        .isInstanceOf(DealEvent.DealFailed.class);
  }

  @Test
  void liesWhereItsClosedSectorSays_whenPiecesBeforeItLeft() {
    Stamp stamp = DealFixtures.stamp(HEAD);
    Placement ordered = new Placement(DealFixtures.PLACE.sector(), 1536, 1, false);
    Placement lies = new Placement(ordered.sector(), 512, 1, false);
    DealState waiting =
        new DealState.Published(
            DealFixtures.onlineTerms(),
            DealFixtures.FILE,
            Optional.of(ordered),
            DealFixtures.PUBLICATION);
    DealEvent moved = new DealEvent.PieceMoved(stamp, lies);
    Map<String, Long> offsets = Map.of("another", 0L, DealFixtures.FILE.source(), 512L);

    assertThat(seen(waiting, "Empty", Map.of())).isEmpty();
    assertThat(seen(waiting, "Filling", offsets)).containsExactly(moved);
    assertThat(seen(waiting.on(moved), "Filling", offsets)).isEmpty();
    List<DealEvent> added = seen(waiting, "PreCommit1", offsets);
    assertThat(added).containsExactly(moved, new DealEvent.PieceAdded(stamp));
    DealState now = waiting;
    for (DealEvent event : added) {
      now = now.on(event);
    }
    assertThat(((DealState.Sealing) now).placement()).isEqualTo(lies);
    assertThat(seen(waiting, "Removing", offsets)).as("it takes another sector").isEmpty();
  }

  private List<DealEvent> seen(DealState state, String sectorState, Map<String, Long> offsets) {
    return decisions.sectorSeen(
        state,
        DealFixtures.stamp(HEAD),
        new DealNeighbours.SectorStanding(sectorState, offsets, Map.of()));
  }

  @Test
  void sectorOfAVerifiedDealCanClaimItsAllocation() {
    DealTerms.Contract.Market contract =
        (DealTerms.Contract.Market) DealFixtures.onlineTerms().contract();
    Epoch end = contract.endEpoch();
    assertThat(DealDecisions.bounds(contract, new Epoch(HEAD)))
        .isEqualTo(new ExpirationBounds(end, new Epoch(HEAD + 518_400 + 90 * 2_880)));
    Epoch early = new Epoch(HEAD - 90 * 2_880);
    assertThat(DealDecisions.bounds(contract, early).latest())
        .as("a deal that starts later than the buffer is long")
        .isEqualTo(end);
  }

  @Test
  void sectorOfADealWithoutDataCapOnlyOutlivesIt() {
    DealProposal like = DealFixtures.proposal();
    DealProposal plain =
        new DealProposal(
            like.piece(),
            like.paddedBytes(),
            /* verified= */ false,
            like.client(),
            like.provider(),
            like.label(),
            like.startEpoch(),
            like.endEpoch(),
            like.pricePerEpoch(),
            like.providerCollateral(),
            like.clientCollateral());
    DealTerms.Contract.Market contract = new DealTerms.Contract.Market(DealFixtures.signed(plain));
    assertThat(DealDecisions.bounds(contract, new Epoch(HEAD)))
        .isEqualTo(ExpirationBounds.atLeast(like.endEpoch()));
  }

  private static DealTerms.Contract.Direct direct(Optional<Long> allocation, long duration) {
    return new DealTerms.Contract.Direct(
        new PieceInfo(DealFixtures.COMM_P, 2048),
        Address.ofId(2000),
        DealFixtures.PROVIDER,
        allocation,
        new Epoch(HEAD + 5_760),
        new Epoch(HEAD + 5_760 + duration));
  }

  private static VerifiedAllocation allocation(long termMin, long termMax, long expiration) {
    return new VerifiedAllocation(
        new ActorId(2000),
        new ActorId(1000),
        Cid.commP(DealFixtures.COMM_P),
        2048,
        termMin,
        termMax,
        new Epoch(expiration));
  }

  private static Optional<ExpirationBounds> claiming(
      long duration, long termMin, long termMax, long expiration) {
    return DealDecisions.bounds(
        direct(Optional.of(5L), duration),
        Optional.of(allocation(termMin, termMax, expiration)),
        new Epoch(HEAD));
  }

  @Test
  void sectorOfADirectDealLivesForTheTermOfItsClaim_wheneverItIsActivated() {
    long start = HEAD + 5_760;
    assertThat(claiming(518_400, 530_000, 1_000_000, HEAD + 100_000))
        .as("the term is longer than the deal")
        .contains(new ExpirationBounds(new Epoch(start + 530_000), new Epoch(HEAD + 1_000_000)));
    assertThat(claiming(600_000, 518_400, 1_000_000, HEAD + 100_000))
        .as("the deal is longer than the term")
        .contains(new ExpirationBounds(new Epoch(start + 600_000), new Epoch(HEAD + 1_000_000)));
    assertThat(claiming(518_400, 530_000, 1_000_000, HEAD + 100))
        .as("it can only be claimed for a while")
        .contains(
            new ExpirationBounds(new Epoch(HEAD + 100 + 530_000), new Epoch(HEAD + 1_000_000)));
  }

  @Test
  void sectorOfADirectDealEndsNoLaterThanTheLongestTerm() {
    assertThat(claiming(518_400, 530_000, 530_001, HEAD + 100_000))
        .as("no expiration fits every moment of activation")
        .contains(new ExpirationBounds(new Epoch(HEAD + 530_001), new Epoch(HEAD + 530_001)));
    assertThat(claiming(600_000, 518_400, 550_000, HEAD + 100_000)).isEmpty();
  }

  @Test
  void sectorOfADirectDealWithoutDataCapOnlyOutlivesIt() {
    DealTerms.Contract.Direct free = direct(Optional.empty(), 518_400);
    assertThat(DealDecisions.bounds(free, Optional.empty(), new Epoch(HEAD)))
        .contains(ExpirationBounds.atLeast(free.endEpoch()));
  }
}
