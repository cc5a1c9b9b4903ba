package io.granary.protocol.deal;

import static io.granary.protocol.deal.DealFixtures.FILE;
import static io.granary.protocol.deal.DealFixtures.ID;
import static io.granary.protocol.deal.DealFixtures.PLACE;
import static io.granary.protocol.deal.DealFixtures.PUBLICATION;
import static io.granary.protocol.deal.DealFixtures.directTerms;
import static io.granary.protocol.deal.DealFixtures.onlineTerms;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.cid.Cid;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DealStatusViewTest {
  private static DealStatusResponse told(DealState state) {
    DealStatusResponse response = DealStatusView.of(ID, state, "");
    assertThat(DealStatusResponse.fromCbor(response.toCbor())).isEqualTo(response);
    return response;
  }

  private static String status(DealState state) {
    return told(state).status().orElseThrow().status();
  }

  private static DealState.Transferring transferring(long received) {
    return new DealState.Transferring(
        onlineTerms(), TransferProgress.start(0).received(received, 2000), Optional.empty());
  }

  private static DealState.Sealing sealing(Exposure exposure) {
    return new DealState.Sealing(
        onlineTerms(), Optional.of(FILE), PLACE, Optional.of(PUBLICATION), exposure);
  }

  @Test
  void staysPublished_whenItsDataIsBroughtAgain() {
    Setback setback = new Setback(PLACE, Optional.of(PUBLICATION));
    DealStatus status =
        DealStatusView.of(
                ID,
                new DealState.Transferring(
                    onlineTerms(), TransferProgress.start(2000), Optional.of(setback)),
                "Removed")
            .status()
            .orElseThrow();
    assertThat(status.status()).isEqualTo("PublishConfirmed");
    assertThat(status.chainDealId()).contains(PUBLICATION.chainDealId());
  }

  @Test
  void isUnknown_whenNobodyHasAcceptedADealWithAProposal() {
    String unknown = "no storage deal found with deal UUID 00112233-4455-6677-8899-aabbccddeeff";
    assertThat(told(new DealState.Unknown()).error()).isEqualTo(unknown);
    assertThat(told(new DealState.Proposed(onlineTerms())).error()).isEqualTo(unknown);
    assertThat(told(new DealState.Rejected(onlineTerms(), DealRefusal.PRICE, "x")).error())
        .isEqualTo(unknown);
    assertThat(told(new DealState.AwaitingData(directTerms(), Optional.empty())).error())
        .isEqualTo(unknown);
  }

  @Test
  void countsBytes_whenTheDataIsOnItsWay() {
    DealStatusResponse response = told(transferring(700));
    assertThat(response.transferSize()).isEqualTo(2000);
    assertThat(response.bytesReceived()).isEqualTo(700);
    assertThat(response.status().orElseThrow().status()).isEqualTo("Accepted");
    DealStatusResponse after = told(new DealState.Verifying(onlineTerms(), FILE, Optional.empty()));
    assertThat(after.bytesReceived()).isEqualTo(2000);
    assertThat(after.status().orElseThrow().status()).isEqualTo("Transferred");
  }

  @Test
  void namesBoostsCheckpoints_whenThereIsASector() {
    assertThat(
            status(new DealState.Published(onlineTerms(), FILE, Optional.of(PLACE), PUBLICATION)))
        .isEqualTo("PublishConfirmed");
    assertThat(status(sealing(Exposure.NONE))).isEqualTo("AddedPiece");
    assertThat(status(sealing(Exposure.NONE.indexed(3)))).isEqualTo("AddedPiece");
    Exposure complete = Exposure.NONE.indexed(3).announced(Cid.dagCborBlake2b(Bytes.empty()));
    DealStatus status = told(sealing(complete)).status().orElseThrow();
    assertThat(status.status()).isEqualTo("IndexedAndAnnounced");
    assertThat(status.chainDealId()).contains(42L);
    assertThat(status.publishCid()).contains(PUBLICATION.message());
  }

  @Test
  void hasTheNumber0_whenItIsTheFirstDealOfItsMarketAndPublished() {
    Publication first = new Publication(PUBLICATION.message(), PUBLICATION.epoch(), 0);
    DealState.Published published =
        new DealState.Published(onlineTerms(), FILE, Optional.of(PLACE), first);
    DealState ended =
        new DealState.Slashed(onlineTerms(), Optional.of(first), new Epoch(9), Payments.NONE);
    for (DealState state : List.of(published, ended)) {
      assertThat(decoded(state).chainDealId()).contains(0L);
    }
  }

  @Test
  void hasNoNumber_whenItWasNeverPublished() {
    DealFailure fatal = new DealFailure(DealFailure.Kind.FATAL, "commP mismatch");
    List<DealState> states =
        List.of(
            transferring(700),
            new DealState.Verifying(onlineTerms(), FILE, Optional.empty()),
            new DealState.Failed(transferring(700), fatal));
    for (DealState state : states) {
      assertThat(decoded(state).chainDealId()).isEmpty();
    }
  }

  /** As its client reads it. */
  private static DealStatus decoded(DealState state) {
    return DealStatusResponse.fromCbor(told(state).toCbor()).status().orElseThrow();
  }

  @Test
  void tellsTheError_whenItStopped() {
    DealFailure helpable = new DealFailure(DealFailure.Kind.RETRYABLE, "disk full");
    DealStatusResponse paused = told(new DealState.Failed(transferring(700), helpable));
    assertThat(paused.status().orElseThrow().status()).isEqualTo("Accepted");
    assertThat(paused.status().orElseThrow().error()).isEqualTo("disk full");
    assertThat(paused.bytesReceived()).isEqualTo(700);

    DealFailure fatal = new DealFailure(DealFailure.Kind.FATAL, "commP mismatch");
    assertThat(status(new DealState.Failed(transferring(700), fatal))).isEqualTo("Complete");
    DealState slashed =
        new DealState.Slashed(onlineTerms(), Optional.of(PUBLICATION), new Epoch(9), Payments.NONE);
    assertThat(told(slashed).status().orElseThrow().error()).isEqualTo("deal slashed at epoch 9");
    assertThat(status(slashed)).isEqualTo("Complete");
  }

  @Test
  void isSignedByTheClientOnly_whenAsked() {
    DealStatusRequest asked =
        new DealStatusRequest(ID, Optional.of(DealFixtures.CLIENT.sign(ID.bytes())));
    assertThat(asked.signedBy(DealFixtures.CLIENT.address())).isTrue();
    assertThat(asked.signedBy(DealFixtures.PROVIDER)).isFalse();
    assertThat(new DealStatusRequest(ID, Optional.empty()).signedBy(DealFixtures.CLIENT.address()))
        .isFalse();
  }
}
