package io.granary.sharding.deal;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Epoch;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.TransferProgress;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.DealFetcher.End;
import io.granary.protocol.sector.ExpirationBounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DealDecisionsTest {
  private static final long HEAD = DealFixtures.HEAD;
  private static final DealWorkSettings SETTINGS =
      new DealWorkSettings(Duration.ofSeconds(10), Duration.ofHours(1), 900, Duration.ofHours(1));

  private final DealDecisions decisions = new DealDecisions(SETTINGS);
  private DealState.Transferring transfer =
      new DealState.Transferring(
          DealFixtures.onlineTerms(), new TransferProgress(0, 2000, 0, Optional.empty()));

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
  void sectorOfAVerifiedDealCanClaimItsAllocation() {
    DealTerms terms = DealFixtures.onlineTerms();
    Epoch end = terms.contract().endEpoch();
    assertThat(DealDecisions.bounds(terms.contract(), new Epoch(HEAD)))
        .isEqualTo(new ExpirationBounds(end, new Epoch(HEAD + 518_400 + 90 * 2_880)));
    Epoch early = new Epoch(HEAD - 90 * 2_880);
    assertThat(DealDecisions.bounds(terms.contract(), early).latest())
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
    DealTerms.Contract contract = new DealTerms.Contract.Market(DealFixtures.signed(plain));
    assertThat(DealDecisions.bounds(contract, new Epoch(HEAD)))
        .isEqualTo(ExpirationBounds.atLeast(like.endEpoch()));
  }

  @Test
  void sectorOfADirectDealEndsWithIt_whenItClaims() {
    DealTerms.Contract.Direct claims =
        (DealTerms.Contract.Direct) DealFixtures.directTerms().contract();
    assertThat(DealDecisions.bounds(claims, new Epoch(HEAD)))
        .isEqualTo(new ExpirationBounds(claims.endEpoch(), claims.endEpoch()));
    DealTerms.Contract.Direct free =
        new DealTerms.Contract.Direct(
            new PieceInfo(DealFixtures.COMM_P, 2048),
            claims.client(),
            claims.provider(),
            Optional.empty(),
            claims.startEpoch(),
            claims.endEpoch());
    assertThat(DealDecisions.bounds(free, new Epoch(HEAD)))
        .isEqualTo(ExpirationBounds.atLeast(claims.endEpoch()));
  }
}
