package io.granary.protocol.sector;

import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.sector.SectorEvent.CommitSeen;
import io.granary.protocol.sector.SectorEvent.PieceAdded;
import io.granary.protocol.sector.SectorEvent.PieceDiffered;
import io.granary.protocol.sector.SectorEvent.PreCommit1Completed;
import io.granary.protocol.sector.SectorEvent.PreCommit2Completed;
import io.granary.protocol.sector.SectorEvent.PreCommitSeen;
import io.granary.protocol.sector.SectorEvent.SealingStarted;
import io.granary.protocol.sector.SectorEvent.SectorCreated;
import io.granary.protocol.sector.SectorEvent.SentBack;
import io.granary.protocol.sector.SectorEvent.TicketDrawn;
import io.granary.protocol.sector.SectorEvent.TicketExpired;
import java.util.List;
import java.util.Optional;

/** From nothing to a precommit on chain. */
final class SealingRows {
  private SealingRows() {}

  static List<TransitionRow> rows() {
    return List.of(
        TransitionRow.of(
            Empty.class,
            SectorCreated.class,
            List.of(Filling.class),
            (s, e) -> new Filling(SectorCore.of(e.order(), e.stamp()), JobSlot.FRESH)),
        TransitionRow.of(
            Filling.class, PieceAdded.class, List.of(Filling.class), SealingRows::pieceAdded),
        TransitionRow.of(
            Filling.class,
            PieceDiffered.class,
            List.of(Removing.class),
            SealingRows::pieceDiffered),
        TransitionRow.of(
            Filling.class,
            SealingStarted.class,
            List.of(PreCommit1.class),
            SealingRows::sealingStarted),
        TransitionRow.of(
            PreCommit1.class,
            TicketDrawn.class,
            List.of(PreCommit1.class),
            SealingRows::ticketDrawn),
        TransitionRow.of(
            PreCommit1.class,
            PreCommit1Completed.class,
            List.of(PreCommit2.class),
            SealingRows::preCommit1Completed),
        TransitionRow.of(
            PreCommit1.class,
            TicketExpired.class,
            List.of(PreCommit1.class),
            (s, e) -> withoutTicket(s.core())),
        TransitionRow.of(
            PreCommit2.class,
            PreCommit2Completed.class,
            List.of(PreCommitting.class),
            SealingRows::preCommit2Completed),
        TransitionRow.of(
            PreCommit2.class,
            TicketExpired.class,
            List.of(PreCommit1.class),
            (s, e) -> withoutTicket(s.core())),
        TransitionRow.of(
            PreCommit2.class,
            SentBack.class,
            List.of(PreCommit1.class),
            (s, e) ->
                new PreCommit1(
                    countedBack(s, e, RedoFrom.PRE_COMMIT_1),
                    Optional.of(s.ticket()),
                    s.required(),
                    JobSlot.FRESH)),
        TransitionRow.of(
            PreCommitting.class,
            TicketExpired.class,
            List.of(PreCommit1.class),
            (s, e) -> withoutTicket(s.core())),
        TransitionRow.of(
            PreCommitting.class,
            PreCommitSeen.class,
            List.of(WaitSeed.class),
            (s, e) ->
                new WaitSeed(
                    s.core(),
                    s.replica(),
                    new PreCommitted(
                        e.preCommitEpoch(), e.deposit(), e.expiration(), s.message().outgoing()))),
        TransitionRow.of(
            PreCommitting.class,
            CommitSeen.class,
            List.of(Finalizing.class),
            (s, e) -> CommitRows.found(s, e)));
  }

  private static Filling pieceAdded(Filling s, PieceAdded e) {
    if (s.complete()) {
      throw new TransitionRejected(s, e, "every piece of the order is in");
    }
    return new Filling(taken(s, e.piece()).withFile(e.unsealed()), JobSlot.FRESH);
  }

  /**
   * The unsealed file cannot be rid of the piece alone, and nothing is spent on the sector yet: it
   * goes as a whole. What was found stays with its pieces, and tells whose data is damaged.
   */
  private static Removing pieceDiffered(Filling s, PieceDiffered e) {
    if (s.complete()) {
      throw new TransitionRejected(s, e, "every piece of the order is in");
    }
    return new Removing(taken(s, e.found()).withFile(e.unsealed()), e.reason(), JobSlot.FRESH);
  }

  private static SectorCore taken(Filling s, PieceInfo piece) {
    SectorOrder.PieceSource from = s.nextImport();
    return s.core().withPiece(new SectorPiece(piece, from.source(), from.payloadBytes()));
  }

  private static PreCommit1 sealingStarted(Filling s, SealingStarted e) {
    if (!s.complete()) {
      throw new TransitionRejected(s, e, "pieces are missing");
    }
    return withoutTicket(s.core());
  }

  private static PreCommit1 ticketDrawn(PreCommit1 s, TicketDrawn e) {
    if (s.ticket().isPresent()) {
      throw new TransitionRejected(s, e, "there is a ticket");
    }
    return new PreCommit1(s.core(), Optional.of(e.ticket()), s.required(), s.job());
  }

  private static PreCommit2 preCommit1Completed(PreCommit1 s, PreCommit1Completed e) {
    Ticket ticket =
        s.ticket().orElseThrow(() -> new TransitionRejected(s, e, "there is no ticket"));
    return new PreCommit2(s.core().withFile(e.cache()), ticket, s.required(), JobSlot.FRESH);
  }

  private static PreCommitting preCommit2Completed(PreCommit2 s, PreCommit2Completed e) {
    Replica made = new Replica(s.ticket(), e.commR(), e.commD());
    if (s.required().isPresent() && !s.required().get().equals(made)) {
      throw new TransitionRejected(s, e, "not the replica that was precommitted");
    }
    return new PreCommitting(
        s.core().withFile(e.sealed()).withFile(e.cache()), made, MessageSlot.FRESH);
  }

  private static PreCommit1 withoutTicket(SectorCore core) {
    return new PreCommit1(core, Optional.empty(), Optional.empty(), JobSlot.FRESH);
  }

  static SectorCore countedBack(SectorState.Living s, SentBack e, RedoFrom expected) {
    if (e.to() != expected) {
      throw new TransitionRejected(s, e, "not back to " + e.to());
    }
    return s.core().withSentBack(s.core().sentBack() + 1);
  }
}
