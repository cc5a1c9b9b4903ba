package io.granary.protocol.deal;

import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import java.time.Instant;
import java.util.Optional;

/** What happened to a deal. Events carry everything that was decided: a replay asks nobody. */
public sealed interface DealEvent {
  Stamp stamp();

  /** A client or an operator proposed it. */
  record DealProposed(Stamp stamp, DealTerms terms) implements DealEvent {}

  /** It was taken; the client is told only after this is stored. */
  record DealAccepted(Stamp stamp) implements DealEvent {}

  /** It was not. */
  record DealRejected(Stamp stamp, DealRefusal refusal, String message) implements DealEvent {}

  // Data

  /**
   * More bytes are on disk; told now and then, not for each.
   *
   * @param totalBytes as the server tells; 0 while unknown
   */
  record DataReceived(Stamp stamp, long receivedBytes, long totalBytes) implements DealEvent {}

  /**
   * The transfer broke off and goes on later.
   *
   * @param retryNotBefore the back-off, as data
   */
  record TransferInterrupted(Stamp stamp, String reason, Instant retryNotBefore)
      implements DealEvent {}

  /** What is on disk is of no use: the server's file is another one now. From the start. */
  record TransferRestarted(Stamp stamp, String reason) implements DealEvent {}

  /** All of it is here. */
  record TransferCompleted(Stamp stamp, StagedFile file) implements DealEvent {}

  /** An operator brought the data; also in the place of a file that could not be copied. */
  record DataImported(Stamp stamp, StagedFile file) implements DealEvent {}

  /**
   * Its commitment is the deal's.
   *
   * @param copy in staging of an operator's file, which is needed no more
   */
  record PieceVerified(Stamp stamp, Optional<StagedFile> copy) implements DealEvent {
    /** The file stays where it is. */
    public PieceVerified(Stamp stamp) {
      this(stamp, Optional.empty());
    }
  }

  /** Its commitment is another one. */
  record PieceMismatched(Stamp stamp, Commitment found) implements DealEvent {}

  /**
   * The sector that was to take the data found another commitment, and is given up: the staged file
   * is damaged, and brought again.
   */
  record PieceDamaged(Stamp stamp, Commitment found) implements DealEvent {}

  // Sector and chain

  /** It has a place in a sector. */
  record PiecePlaced(Stamp stamp, Placement placement) implements DealEvent {}

  /**
   * That sector came to nothing, and the piece has a place in another; or it lies elsewhere in its
   * own, which is closed now.
   */
  record PieceMoved(Stamp stamp, Placement placement) implements DealEvent {}

  /** It was put into a batch to publish: the intent, before anything is sent. */
  record PublicationRequested(Stamp stamp, String intentId) implements DealEvent {}

  /** The batch went without it, or came to nothing. */
  record PublicationDropped(Stamp stamp, String reason) implements DealEvent {}

  /** The chain has it. */
  record PublicationLanded(Stamp stamp, Publication publication) implements DealEvent {}

  /** A re-org took that back; the same batch is sent again. */
  record PublicationReverted(Stamp stamp, String intentId) implements DealEvent {}

  /** The data is in the sector, which is sealed now. */
  record PieceAdded(Stamp stamp) implements DealEvent {}

  /** The blocks in the piece can be found by their hashes. */
  record PieceIndexed(Stamp stamp, long blocks) implements DealEvent {}

  record PieceAnnounced(Stamp stamp, Cid advertisement) implements DealEvent {}

  /** The sector is proven, and with it the deal (a direct deal: its claim) is active. */
  record DealActivated(Stamp stamp, Epoch activation) implements DealEvent {}

  /** A re-org took that back. */
  record ActivationReverted(Stamp stamp) implements DealEvent {}

  /** Activation is final: the staged file is gone. */
  record StagingReleased(Stamp stamp) implements DealEvent {}

  /** It ended as agreed. */
  record DealExpired(Stamp stamp, Epoch end) implements DealEvent {}

  /** Its sector was terminated before its end. */
  record DealSlashed(Stamp stamp, Epoch slashed) implements DealEvent {}

  /** The market paid for it, and that lies so deep that it counts. */
  record DealPaid(Stamp stamp, DealPayment payment) implements DealEvent {}

  // Trouble

  record DealFailed(Stamp stamp, DealFailure failure) implements DealEvent {}

  /** It goes on where it stopped: an operator lets it, or it tries again by itself. */
  record DealRetried(Stamp stamp) implements DealEvent {}
}
