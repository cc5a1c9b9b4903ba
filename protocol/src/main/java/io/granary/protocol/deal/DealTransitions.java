package io.granary.protocol.deal;

import io.granary.protocol.deal.DealEvent.ActivationReverted;
import io.granary.protocol.deal.DealEvent.DataImported;
import io.granary.protocol.deal.DealEvent.DataReceived;
import io.granary.protocol.deal.DealEvent.DealAccepted;
import io.granary.protocol.deal.DealEvent.DealActivated;
import io.granary.protocol.deal.DealEvent.DealExpired;
import io.granary.protocol.deal.DealEvent.DealFailed;
import io.granary.protocol.deal.DealEvent.DealPaid;
import io.granary.protocol.deal.DealEvent.DealProposed;
import io.granary.protocol.deal.DealEvent.DealRejected;
import io.granary.protocol.deal.DealEvent.DealRetried;
import io.granary.protocol.deal.DealEvent.DealSlashed;
import io.granary.protocol.deal.DealEvent.PieceAdded;
import io.granary.protocol.deal.DealEvent.PieceAnnounced;
import io.granary.protocol.deal.DealEvent.PieceDamaged;
import io.granary.protocol.deal.DealEvent.PieceIndexed;
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
import io.granary.protocol.deal.DealState.Active;
import io.granary.protocol.deal.DealState.AwaitingData;
import io.granary.protocol.deal.DealState.Expired;
import io.granary.protocol.deal.DealState.Failed;
import io.granary.protocol.deal.DealState.Placed;
import io.granary.protocol.deal.DealState.Proposed;
import io.granary.protocol.deal.DealState.Published;
import io.granary.protocol.deal.DealState.Publishing;
import io.granary.protocol.deal.DealState.Rejected;
import io.granary.protocol.deal.DealState.Sealing;
import io.granary.protocol.deal.DealState.Slashed;
import io.granary.protocol.deal.DealState.Transferring;
import io.granary.protocol.deal.DealState.Unknown;
import io.granary.protocol.deal.DealState.Verified;
import io.granary.protocol.deal.DealState.Verifying;
import io.granary.protocol.machine.TransitionTable;
import java.util.List;
import java.util.Optional;

/** The one table of what leads where in a deal's life. */
final class DealTransitions {
  /** Where a deal can fail and, when that can be helped, goes on from. */
  private static final List<Class<? extends DealState>> CAN_FAIL =
      List.of(
          AwaitingData.class,
          Transferring.class,
          Verifying.class,
          Verified.class,
          Placed.class,
          Publishing.class,
          Published.class,
          Sealing.class);

  private DealTransitions() {}

  static TransitionTable<DealState, DealEvent> table() {
    TransitionTable.Builder<DealState, DealEvent> rows = TransitionTable.builder();
    data(rows);
    damage(rows);
    chain(rows);
    CAN_FAIL.forEach(state -> rows.row(state, DealFailed.class, Failed.class));
    CAN_FAIL.forEach(state -> rows.row(Failed.class, DealRetried.class, state));
    return rows.build();
  }

  private static void data(TransitionTable.Builder<DealState, DealEvent> rows) {
    rows.row(Unknown.class, DealProposed.class, Proposed.class)
        .row(Proposed.class, DealRejected.class, Rejected.class)
        .row(Proposed.class, DealAccepted.class, Transferring.class)
        .row(Proposed.class, DealAccepted.class, AwaitingData.class)
        .row(Transferring.class, DataReceived.class, Transferring.class)
        .row(Transferring.class, TransferInterrupted.class, Transferring.class)
        .row(Transferring.class, TransferRestarted.class, Transferring.class)
        .row(Transferring.class, TransferCompleted.class, Verifying.class)
        .row(AwaitingData.class, DataImported.class, Verifying.class)
        .row(Verifying.class, DataImported.class, Verifying.class)
        .row(Verifying.class, PieceVerified.class, Verified.class)
        .row(Verifying.class, PieceMismatched.class, AwaitingData.class)
        .row(Verifying.class, PieceMismatched.class, Failed.class)
        .row(Verified.class, PiecePlaced.class, Placed.class);
  }

  /** The data is brought again, and the deal is where it was. */
  private static void damage(TransitionTable.Builder<DealState, DealEvent> rows) {
    rows.row(Placed.class, PieceDamaged.class, Transferring.class)
        .row(Placed.class, PieceDamaged.class, AwaitingData.class)
        .row(Published.class, PieceDamaged.class, Transferring.class)
        .row(Published.class, PieceDamaged.class, AwaitingData.class)
        .row(Verifying.class, PieceVerified.class, Placed.class)
        .row(Verifying.class, PieceVerified.class, Published.class);
  }

  private static void chain(TransitionTable.Builder<DealState, DealEvent> rows) {
    rows.row(Placed.class, PieceMoved.class, Placed.class)
        .row(Verified.class, PublicationRequested.class, Publishing.class)
        .row(Placed.class, PublicationRequested.class, Publishing.class)
        .row(Placed.class, PieceAdded.class, Sealing.class)
        .row(Publishing.class, PieceMoved.class, Publishing.class)
        .row(Publishing.class, PublicationDropped.class, Verified.class)
        .row(Publishing.class, PublicationDropped.class, Placed.class)
        .row(Publishing.class, PublicationLanded.class, Published.class)
        .row(Published.class, PiecePlaced.class, Published.class)
        .row(Published.class, PieceMoved.class, Published.class)
        .row(Published.class, PublicationReverted.class, Publishing.class)
        .row(Published.class, PieceAdded.class, Sealing.class)
        .row(Sealing.class, PieceMoved.class, Published.class)
        .row(Sealing.class, PieceMoved.class, Placed.class)
        .row(Sealing.class, PublicationReverted.class, Publishing.class)
        .row(Sealing.class, PieceIndexed.class, Sealing.class)
        .row(Sealing.class, PieceAnnounced.class, Sealing.class)
        .row(Sealing.class, DealActivated.class, Active.class)
        .row(Active.class, ActivationReverted.class, Sealing.class)
        .row(Active.class, StagingReleased.class, Active.class)
        .row(Active.class, PieceIndexed.class, Active.class)
        .row(Active.class, PieceAnnounced.class, Active.class)
        .row(Active.class, DealExpired.class, Expired.class)
        .row(Active.class, DealSlashed.class, Slashed.class)
        .row(Active.class, DealPaid.class, Active.class)
        .row(Expired.class, DealPaid.class, Expired.class)
        .row(Slashed.class, DealPaid.class, Slashed.class);
  }

  /**
   * What the table cannot say: a step that depends on the deal.
   *
   * @throws IllegalStateException with {@code problem} unless {@code met}
   */
  static void require(boolean met, String problem) {
    if (!met) {
      throw new IllegalStateException("deal: " + problem);
    }
  }

  /** The place of a piece that has one; throws as {@link #require} does. */
  static Placement requirePlace(Optional<Placement> placement) {
    return placement.orElseThrow(
        () -> new IllegalStateException("deal: the piece has no place yet"));
  }

  static IllegalStateException ended() {
    return new IllegalStateException("a rejected deal knows no event");
  }
}
