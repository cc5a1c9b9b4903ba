package io.granary.protocol.deal;

import static io.granary.protocol.deal.DealFixtures.COMM_P;
import static io.granary.protocol.deal.DealFixtures.FILE;
import static io.granary.protocol.deal.DealFixtures.OTHER_PLACE;
import static io.granary.protocol.deal.DealFixtures.PLACE;
import static io.granary.protocol.deal.DealFixtures.PUBLICATION;
import static io.granary.protocol.deal.DealFixtures.directTerms;
import static io.granary.protocol.deal.DealFixtures.offlineTerms;
import static io.granary.protocol.deal.DealFixtures.onlineTerms;
import static io.granary.protocol.deal.DealFixtures.stamp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.deal.DealEvent.ActivationReverted;
import io.granary.protocol.deal.DealEvent.DataImported;
import io.granary.protocol.deal.DealEvent.DataReceived;
import io.granary.protocol.deal.DealEvent.DealAccepted;
import io.granary.protocol.deal.DealEvent.DealActivated;
import io.granary.protocol.deal.DealEvent.DealExpired;
import io.granary.protocol.deal.DealEvent.DealFailed;
import io.granary.protocol.deal.DealEvent.DealProposed;
import io.granary.protocol.deal.DealEvent.DealRejected;
import io.granary.protocol.deal.DealEvent.DealRetried;
import io.granary.protocol.deal.DealEvent.DealSlashed;
import io.granary.protocol.deal.DealEvent.PieceAdded;
import io.granary.protocol.deal.DealEvent.PieceDamaged;
import io.granary.protocol.deal.DealEvent.PieceMismatched;
import io.granary.protocol.deal.DealEvent.PieceMoved;
import io.granary.protocol.deal.DealEvent.PiecePlaced;
import io.granary.protocol.deal.DealEvent.PieceVerified;
import io.granary.protocol.deal.DealEvent.PublicationDropped;
import io.granary.protocol.deal.DealEvent.PublicationLanded;
import io.granary.protocol.deal.DealEvent.PublicationRequested;
import io.granary.protocol.deal.DealEvent.PublicationReverted;
import io.granary.protocol.deal.DealEvent.StagingReleased;
import io.granary.protocol.deal.DealEvent.TransferCompleted;
import io.granary.protocol.deal.DealEvent.TransferInterrupted;
import io.granary.protocol.deal.DealEvent.TransferRestarted;
import io.granary.protocol.machine.MachineMatrix;
import io.granary.protocol.machine.TransitionTable;
import io.granary.protocol.piece.Commitment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DealStateTest {
  private static final DealEvent ADDED = new PieceAdded(stamp(14));
  private static final DealEvent ACTIVATED = new DealActivated(stamp(17), new Epoch(17));
  private static final DealEvent FAILED =
      new DealFailed(stamp(21), new DealFailure(DealFailure.Kind.RETRYABLE, "disk full"));
  private static final DealEvent DAMAGED =
      new PieceDamaged(stamp(9), new Commitment(Bytes.fromHex("12".repeat(32))));
  private static final DealEvent RETRIED = new DealRetried(stamp(22));

  /** Every state on the way of {@code events}. */
  private static List<DealState> way(DealTerms terms, DealEvent... events) {
    List<DealState> states = new ArrayList<>();
    DealState state = new DealState.Unknown();
    states.add(state);
    state = state.on(new DealProposed(stamp(1), terms));
    states.add(state);
    for (DealEvent event : events) {
      state = state.on(event);
      states.add(state);
    }
    return states;
  }

  private static DealState last(List<DealState> states) {
    return states.get(states.size() - 1);
  }

  private static List<DealState> onlineWay() {
    return way(
        onlineTerms(),
        new DealAccepted(stamp(2)),
        new TransferCompleted(stamp(6), FILE),
        new PieceVerified(stamp(7)),
        new PublicationRequested(stamp(10), "publish/1"),
        new PublicationLanded(stamp(12), PUBLICATION),
        new PiecePlaced(stamp(13), PLACE),
        ADDED,
        ACTIVATED);
  }

  private static List<DealState> directWay() {
    return way(
        directTerms(),
        new DealAccepted(stamp(2)),
        new DataImported(stamp(6), FILE),
        new PieceVerified(stamp(7)),
        new PiecePlaced(stamp(8), PLACE),
        ADDED,
        ACTIVATED);
  }

  /** States of an online deal, of an offline one and of a direct one, and each failed. */
  private static List<DealState> states() {
    List<DealState> states = new ArrayList<>(onlineWay());
    states.addAll(
        way(offlineTerms(), new DealAccepted(stamp(2)), new DataImported(stamp(6), FILE)));
    states.add(last(onlineWay()).on(new DealExpired(stamp(20), new Epoch(20))));
    states.add(last(onlineWay()).on(new DealSlashed(stamp(20), new Epoch(20))));
    states.add(last(way(onlineTerms(), new DealRejected(stamp(2), DealRefusal.PRICE, "cheap"))));
    for (DealState state : List.copyOf(states)) {
      if (DealState.TABLE.allows(state.getClass(), DealFailed.class)) {
        states.add(state.on(FAILED));
      }
    }
    return states;
  }

  /**
   * Sealing by {@code PieceMoved} and Placed by {@code PieceAdded} lead elsewhere, or nowhere, for
   * a market deal and a direct one: the walk takes those two rows from the direct one.
   */
  @Test
  void everyPairIsInTheTableOrRefused_whenWalked() {
    List<DealState> all = new ArrayList<>(states());
    all.removeIf(DealState.Placed.class::isInstance);
    all.removeIf(DealStateTest::waitsForAPlace);
    all.addAll(directPlacedAndSealing());
    all.addAll(damaged());
    all.add(directWay().get(5).on(FAILED));
    List<DealState> publishable = List.of(placedFirst().get(5), placedFirst().get(6));

    Set<TransitionTable.Row<?, ?>> reached = new HashSet<>();
    reached.addAll(walk(all, DealFixtures.events(onlineTerms()), true));
    reached.addAll(walk(publishable, DealFixtures.events(onlineTerms()), false));
    reached.addAll(walkWithoutPlace());
    assertThat(reached).hasSameElementsAs(DealState.TABLE.rows());
    all.addAll(publishable);
    assertThat(kinds(all)).isEqualTo(MachineMatrix.leaves(DealState.class));
    assertThat(kinds(DealFixtures.events(onlineTerms())))
        .isEqualTo(MachineMatrix.leaves(DealEvent.class));
  }

  /** A market deal as earlier releases may have it: its place before its publication. */
  private static List<DealState> placedFirst() {
    return way(
        onlineTerms(),
        new DealAccepted(stamp(2)),
        new TransferCompleted(stamp(6), FILE),
        new PieceVerified(stamp(7)),
        new PiecePlaced(stamp(8), PLACE),
        new PublicationRequested(stamp(10), "publish/1"),
        new PublicationLanded(stamp(12), PUBLICATION),
        ADDED,
        ACTIVATED);
  }

  /** States of deals whose data a sector found damaged, up to where they were. */
  private static List<DealState> damaged() {
    DealState fetching = onlineWay().get(7).on(DAMAGED);
    DealState verifying = fetching.on(new TransferCompleted(stamp(10), FILE));
    DealState awaiting = directWay().get(5).on(DAMAGED);
    DealState imported = awaiting.on(new DataImported(stamp(10), FILE));
    return List.of(
        fetching,
        verifying,
        verifying.on(FAILED),
        awaiting,
        imported,
        publishedOffline(),
        publishedOffline().on(FAILED));
  }

  private static DealState publishedOffline() {
    return last(
        way(
            offlineTerms(),
            new DealAccepted(stamp(2)),
            new DataImported(stamp(6), FILE),
            new PieceVerified(stamp(7)),
            new PublicationRequested(stamp(10), "publish/1"),
            new PublicationLanded(stamp(12), PUBLICATION),
            new PiecePlaced(stamp(13), PLACE)));
  }

  private static boolean waitsForAPlace(DealState state) {
    return (state instanceof DealState.Publishing publishing && publishing.placement().isEmpty())
        || (state instanceof DealState.Published published && published.placement().isEmpty());
  }

  /** Of deals without a place, what a place is needed for is refused. */
  private static Set<TransitionTable.Row<?, ?>> walkWithoutPlace() {
    List<DealState> waiting = onlineWay().stream().filter(DealStateTest::waitsForAPlace).toList();
    assertThat(waiting).hasSize(2);
    List<DealEvent> events = new ArrayList<>(DealFixtures.events(onlineTerms()));
    for (DealState state : waiting) {
      for (DealEvent event : List.of(new PieceMoved(stamp(9), OTHER_PLACE), ADDED, DAMAGED)) {
        assertThatThrownBy(() -> state.on(event)).isInstanceOf(IllegalStateException.class);
      }
    }
    events.removeIf(
        event ->
            event instanceof PieceMoved
                || event instanceof PieceAdded
                || event instanceof PieceDamaged);
    return walk(waiting, events, false);
  }

  private static List<DealState> directPlacedAndSealing() {
    return directWay().stream()
        .filter(s -> s instanceof DealState.Placed || s instanceof DealState.Sealing)
        .toList();
  }

  /** Rows reached; every other pair must be refused. */
  private static Set<TransitionTable.Row<?, ?>> walk(
      List<DealState> states, List<DealEvent> events, boolean publicationRefused) {
    Set<TransitionTable.Row<?, ?>> reached = new HashSet<>();
    for (DealState state : states) {
      for (DealEvent event : events) {
        if (!DealState.TABLE.allows(state.getClass(), event.getClass())
            || refusedByTheDeal(state, event, publicationRefused)) {
          assertThatThrownBy(() -> state.on(event))
              .as("%s by %s", state, event)
              .isInstanceOf(IllegalStateException.class);
        } else {
          DealState after = state.on(event);
          reached.add(
              new TransitionTable.Row<>(state.getClass(), event.getClass(), after.getClass()));
        }
      }
    }
    return reached;
  }

  /** What the table allows a class and a single deal forbids: see each test below. */
  private static boolean refusedByTheDeal(DealState state, DealEvent event, boolean direct) {
    boolean isDirect =
        state instanceof DealState.Known known && !known.terms().published() && direct;
    return (isDirect
            && (event instanceof PublicationRequested || event instanceof PublicationReverted))
        || (!isDirect && state instanceof DealState.Placed && event instanceof PieceAdded)
        || (state instanceof DealState.Published published
            && published.placement().isPresent()
            && event instanceof PiecePlaced)
        || (state instanceof DealState.Verifying verifying
            && verifying.terms().delivery() instanceof DealTerms.Delivery.Fetched
            && event instanceof DataImported);
  }

  private static Set<Class<?>> kinds(List<?> values) {
    Set<Class<?>> kinds = new HashSet<>();
    values.forEach(value -> kinds.add(value.getClass()));
    return kinds;
  }

  @Test
  void goesFromProposalToActive_whenOnlineOrDirect() {
    assertThat(onlineWay().stream().map(s -> s.getClass().getSimpleName()))
        .containsExactly(
            "Unknown",
            "Proposed",
            "Transferring",
            "Verifying",
            "Verified",
            "Publishing",
            "Published",
            "Published",
            "Sealing",
            "Active");
    assertThat(directWay().stream().map(s -> s.getClass().getSimpleName()))
        .containsExactly(
            "Unknown",
            "Proposed",
            "AwaitingData",
            "Verifying",
            "Verified",
            "Placed",
            "Sealing",
            "Active");
  }

  @Test
  void goesOnWhereItStopped_whenTheTransferBreaks() {
    DealState.Transferring begun =
        (DealState.Transferring) last(way(onlineTerms(), new DealAccepted(stamp(2))));
    assertThat(begun.progress().totalBytes()).isEqualTo(2000);

    DealState.Transferring broken =
        (DealState.Transferring)
            begun
                .on(new DataReceived(stamp(3), 500, 2000))
                .on(new TransferInterrupted(stamp(4), "reset", stamp(5).time()))
                .on(new TransferInterrupted(stamp(5), "reset", stamp(6).time()));
    assertThat(broken.progress().receivedBytes()).isEqualTo(500);
    assertThat(broken.progress().failures()).isEqualTo(2);
    assertThat(broken.progress().notBefore()).contains(stamp(6).time());

    DealState.Transferring more =
        (DealState.Transferring) broken.on(new DataReceived(stamp(7), 501, 2000));
    assertThat(more.progress().failures()).isZero();
    assertThatThrownBy(() -> more.on(new DataReceived(stamp(8), 500, 2000)))
        .isInstanceOf(IllegalStateException.class);

    DealState.Transferring again =
        (DealState.Transferring) broken.on(new TransferRestarted(stamp(6), "ETag"));
    assertThat(again.progress().receivedBytes()).isZero();
    assertThat(again.progress().failures()).isEqualTo(2);

    DealState.Transferring retried = (DealState.Transferring) broken.on(FAILED).on(RETRIED);
    assertThat(retried.progress().receivedBytes()).isEqualTo(500);
    assertThat(retried.progress().failures()).isZero();
  }

  @Test
  void takesAnotherFileOrFails_whenTheCommitmentIsWrong() {
    Commitment wrong = new Commitment(Bytes.fromHex("12".repeat(32)));
    DealEvent mismatched = new PieceMismatched(stamp(7), wrong);
    DealState offline =
        last(way(offlineTerms(), new DealAccepted(stamp(2)), new DataImported(stamp(6), FILE)));
    assertThat(offline.on(mismatched)).isInstanceOf(DealState.AwaitingData.class);

    DealState.Failed failed = (DealState.Failed) onlineWay().get(3).on(mismatched);
    assertThat(failed.failure().kind()).isEqualTo(DealFailure.Kind.FATAL);
    assertThat(failed.failure().reason())
        .contains(io.granary.protocol.cid.Cid.commP(COMM_P).toString())
        .contains(io.granary.protocol.cid.Cid.commP(wrong).toString());
    assertThatThrownBy(() -> failed.on(RETRIED))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nothing can be retried");
  }

  @Test
  void isPublishedFirst_whenItIsAMarketDeal() {
    assertThatThrownBy(() -> placedFirst().get(5).on(ADDED))
        .hasMessageContaining("published first");
    assertThatThrownBy(
            () -> directWay().get(5).on(new PublicationRequested(stamp(10), "publish/1")))
        .hasMessageContaining("not published");
    assertThatThrownBy(
            () -> directWay().get(4).on(new PublicationRequested(stamp(10), "publish/1")))
        .hasMessageContaining("not published");
  }

  @Test
  void isVerifiedAgain_whenItsBatchWentWithoutIt() {
    DealState verified = onlineWay().get(5).on(new PublicationDropped(stamp(11), "no escrow"));
    assertThat(verified).isEqualTo(onlineWay().get(4));
  }

  @Test
  void keepsItsPlace_whenItHadItBeforeItsPublication() {
    assertThat(placedFirst().get(6).on(new PublicationDropped(stamp(11), "no escrow")))
        .isEqualTo(placedFirst().get(5));
    assertThat(last(placedFirst())).isEqualTo(last(onlineWay()));
  }

  @Test
  void keepsItsPublication_whenItsSectorComesToNothing() {
    DealState sealing = onlineWay().get(8);
    DealState moved = sealing.on(new PieceMoved(stamp(15), OTHER_PLACE));
    assertThat(moved)
        .isEqualTo(
            new DealState.Published(onlineTerms(), FILE, Optional.of(OTHER_PLACE), PUBLICATION));
  }

  @Test
  void isWhereItWas_whenItsDamagedDataWasBroughtAgain() {
    DealState.Transferring fetching = (DealState.Transferring) onlineWay().get(7).on(DAMAGED);
    assertThat(fetching.afresh()).isTrue();
    DealState.Transferring some =
        (DealState.Transferring) fetching.on(new DataReceived(stamp(10), 500, 2000));
    assertThat(some.afresh()).isFalse();
    DealState back =
        some.on(new TransferCompleted(stamp(11), FILE)).on(new PieceVerified(stamp(11)));
    Placement spent = new Placement(PLACE.sector(), PLACE.offset(), 1, true);
    assertThat(back)
        .isEqualTo(new DealState.Published(onlineTerms(), FILE, Optional.of(spent), PUBLICATION));
    assertThatThrownBy(() -> back.on(DAMAGED)).hasMessageContaining("given up already");

    DealState imported =
        directWay()
            .get(5)
            .on(DAMAGED)
            .on(new DataImported(stamp(10), FILE))
            .on(new PieceVerified(stamp(11)));
    assertThat(imported).isEqualTo(new DealState.Placed(directTerms(), FILE, spent));
  }

  @Test
  void countsAnew_whenAnOperatorRetriesADealWithDamagedData() {
    Placement third = new Placement(PLACE.sector(), 0, 3, false);
    DealState stopped = onlineWay().get(7).on(new PieceMoved(stamp(9), third)).on(FAILED);
    assertThat(((DealState.Published) stopped.on(RETRIED)).placement())
        .contains(new Placement(PLACE.sector(), 0));
  }

  @Test
  void isInStaging_onceTheOperatorsFileIsCopied() {
    StagedFile brought = new StagedFile(StagedFile.IMPORTED, "/mnt/clients/data.car", 2000);
    DealState copying =
        last(way(offlineTerms(), new DealAccepted(stamp(2)), new DataImported(stamp(6), brought)));
    assertThat(copying)
        .isEqualTo(new DealState.Verifying(offlineTerms(), brought, Optional.empty()));
    assertThat(copying.on(new PieceVerified(stamp(7), Optional.of(FILE))))
        .isEqualTo(new DealState.Verified(offlineTerms(), FILE));
    StagedFile other = new StagedFile(StagedFile.IMPORTED, "/mnt/clients/again.car", 2000);
    assertThat(copying.on(FAILED).on(RETRIED).on(new DataImported(stamp(23), other)))
        .isEqualTo(new DealState.Verifying(offlineTerms(), other, Optional.empty()));
    assertThat(copying.on(new PieceVerified(stamp(7))))
        .as("as journals of before have it")
        .isEqualTo(new DealState.Verified(offlineTerms(), brought));
  }

  @Test
  void isPublishedAgain_whenAReorgTakesThePublicationBack() {
    DealEvent reverted = new PublicationReverted(stamp(15), "publish/1");
    DealState publishing = onlineWay().get(8).on(reverted);
    assertThat(publishing)
        .isEqualTo(new DealState.Publishing(onlineTerms(), FILE, Optional.of(PLACE), "publish/1"));
    assertThat(onlineWay().get(7).on(reverted)).isEqualTo(publishing);
  }

  @Test
  void hasNoFileToMove_whenStagingWasReleasedBeforeAReorg() {
    DealState sealing =
        last(onlineWay()).on(new StagingReleased(stamp(19))).on(new ActivationReverted(stamp(20)));
    assertThat(sealing).isInstanceOf(DealState.Sealing.class);
    assertThatThrownBy(() -> sealing.on(new PieceMoved(stamp(21), OTHER_PLACE)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("staged file");
    assertThat(sealing.on(ACTIVATED)).isInstanceOf(DealState.Active.class);
  }

  @Test
  void comesBackToItsStage_whenAFailureIsRetried() {
    for (DealState state : onlineWay()) {
      if (DealState.TABLE.allows(state.getClass(), DealFailed.class)) {
        assertThat(state.on(FAILED).on(RETRIED)).isEqualTo(state);
      }
    }
  }
}
