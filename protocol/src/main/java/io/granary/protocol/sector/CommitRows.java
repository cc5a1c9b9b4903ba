package io.granary.protocol.sector;

import io.granary.protocol.sector.SectorEvent.Commit1Completed;
import io.granary.protocol.sector.SectorEvent.Commit2Completed;
import io.granary.protocol.sector.SectorEvent.CommitSeen;
import io.granary.protocol.sector.SectorEvent.PreCommitExpired;
import io.granary.protocol.sector.SectorEvent.PreCommitLost;
import io.granary.protocol.sector.SectorEvent.PreCommitSeen;
import io.granary.protocol.sector.SectorEvent.SeedChanged;
import io.granary.protocol.sector.SectorEvent.SeedDrawn;
import io.granary.protocol.sector.SectorEvent.SentBack;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From a precommit on chain to a commit on chain, and back as far as the chain demands. */
final class CommitRows {
  private CommitRows() {}

  static List<TransitionRow> rows() {
    List<TransitionRow> rows = new ArrayList<>();
    rows.add(
        TransitionRow.of(
            WaitSeed.class,
            SeedDrawn.class,
            List.of(Commit1.class),
            (s, e) ->
                new Commit1(s.core(), s.replica(), s.preCommitted(), e.seed(), JobSlot.FRESH)));
    rows.add(
        TransitionRow.of(
            Commit1.class,
            Commit1Completed.class,
            List.of(Commit2.class),
            (s, e) ->
                new Commit2(
                    s.core(), s.replica(), s.preCommitted(), s.seed(), e.record(), JobSlot.FRESH)));
    rows.add(
        TransitionRow.of(
            Commit1.class,
            SentBack.class,
            List.of(PreCommit1.class),
            (s, e) ->
                new PreCommit1(
                    SealingRows.countedBack(s, e, RedoFrom.PRE_COMMIT_1),
                    Optional.of(s.replica().ticket()),
                    Optional.of(s.replica()),
                    JobSlot.FRESH)));
    rows.add(
        TransitionRow.of(
            Commit2.class,
            Commit2Completed.class,
            List.of(Committing.class),
            (s, e) ->
                new Committing(
                    s.core(),
                    s.replica(),
                    s.preCommitted(),
                    s.seed(),
                    e.proof(),
                    MessageSlot.FRESH)));
    rows.add(
        TransitionRow.of(
            Commit2.class, SentBack.class, List.of(Commit1.class), CommitRows::backToCommit1));
    rows.add(
        TransitionRow.of(
            Committing.class, SentBack.class, List.of(Commit1.class), CommitRows::backToCommit1));
    rows.add(
        TransitionRow.of(
            Committing.class,
            CommitSeen.class,
            List.of(Finalizing.class),
            (s, e) ->
                committed(
                    s,
                    e,
                    Optional.of(
                        new CommitProof(
                            s.preCommitted(), s.seed(), s.proof(), s.message().outgoing())))));
    rows.add(
        TransitionRow.of(
            Parked.class, CommitSeen.class, List.of(Finalizing.class), CommitRows::unparked));
    rows.addAll(whatTheChainTakesBack(WaitSeed.class));
    rows.addAll(whatTheChainTakesBack(Commit1.class));
    rows.addAll(whatTheChainTakesBack(Commit2.class));
    rows.addAll(whatTheChainTakesBack(Committing.class));
    rows.add(seedChanged(Commit1.class));
    rows.add(seedChanged(Commit2.class));
    rows.add(seedChanged(Committing.class));
    rows.add(foundCommitted(WaitSeed.class));
    rows.add(foundCommitted(Commit1.class));
    rows.add(foundCommitted(Commit2.class));
    return rows;
  }

  private static <S extends SectorState.Holding> List<TransitionRow> whatTheChainTakesBack(
      Class<S> from) {
    return List.of(
        TransitionRow.of(
            from,
            PreCommitLost.class,
            List.of(PreCommitting.class),
            (s, e) ->
                new PreCommitting(
                    s.core(), s.replica(), MessageSlot.waitingFor(preCommitted(s).message()))),
        TransitionRow.of(
            from,
            PreCommitSeen.class,
            List.of(WaitSeed.class),
            (s, e) ->
                new WaitSeed(
                    s.core(),
                    s.replica(),
                    new PreCommitted(
                        e.preCommitEpoch(),
                        e.deposit(),
                        e.expiration(),
                        preCommitted(s).message()))),
        TransitionRow.of(
            from,
            PreCommitExpired.class,
            List.of(Parked.class),
            (s, e) ->
                new Parked(
                    s,
                    "the precommit expired at epoch "
                        + e.lastCommitEpoch()
                        + ": deposit and number are lost; remove the sector and seal its pieces in"
                        + " another",
                    false)));
  }

  private static PreCommitted preCommitted(SectorState.Holding state) {
    if (state instanceof WaitSeed waiting) {
      return waiting.preCommitted();
    }
    if (state instanceof SectorState.Seeded seeded) {
      return seeded.preCommitted();
    }
    throw new IllegalStateException("no row asks for a precommit in " + state.name());
  }

  private static <S extends SectorState.Seeded> TransitionRow seedChanged(Class<S> from) {
    return TransitionRow.of(
        from,
        SeedChanged.class,
        List.of(Commit1.class),
        (s, e) -> new Commit1(s.core(), s.replica(), s.preCommitted(), e.seed(), JobSlot.FRESH));
  }

  private static Commit1 backToCommit1(SectorState.Seeded s, SentBack e) {
    return new Commit1(
        SealingRows.countedBack(s, e, RedoFrom.COMMIT_1),
        s.replica(),
        s.preCommitted(),
        s.seed(),
        JobSlot.FRESH);
  }

  private static <S extends SectorState.Holding> TransitionRow foundCommitted(Class<S> from) {
    return TransitionRow.of(from, CommitSeen.class, List.of(Finalizing.class), CommitRows::found);
  }

  /** The chain has the commit although this state never sent one. */
  static Finalizing found(SectorState.Holding s, CommitSeen e) {
    return committed(s, e, Optional.empty());
  }

  private static SectorState.Living unparked(Parked s, CommitSeen e) {
    if (s.stage() instanceof SectorState.OnChain
        || !(s.stage() instanceof SectorState.Holding stage)) {
      throw new TransitionRejected(s, e, "parked in " + s.stage().name());
    }
    return (Finalizing) stage.on(e);
  }

  private static Finalizing committed(
      SectorState.Holding s, CommitSeen e, Optional<CommitProof> proof) {
    return new Finalizing(
        s.core(),
        s.replica(),
        new Committed(
            e.activation(),
            e.expiration(),
            e.pledge(),
            Optional.empty(),
            Optional.empty(),
            false,
            proof),
        JobSlot.FRESH);
  }
}
