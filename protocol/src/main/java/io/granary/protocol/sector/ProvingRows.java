package io.granary.protocol.sector;

import io.granary.protocol.job.SectorFileType;
import io.granary.protocol.sector.SectorEvent.CommitLost;
import io.granary.protocol.sector.SectorEvent.FaultFound;
import io.granary.protocol.sector.SectorEvent.Finalized;
import io.granary.protocol.sector.SectorEvent.FirstProven;
import io.granary.protocol.sector.SectorEvent.RecoveryDeclared;
import io.granary.protocol.sector.SectorEvent.ReplicaReadable;
import io.granary.protocol.sector.SectorEvent.SectorPlaced;
import io.granary.protocol.sector.SectorEvent.SectorRecovered;
import io.granary.protocol.sector.SectorEvent.UnsealedDropOrdered;
import io.granary.protocol.sector.SectorEvent.UnsealedDropped;
import io.granary.protocol.sector.SectorEvent.UnsealedKept;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What happens to a committed sector. */
final class ProvingRows {
  private ProvingRows() {}

  static List<TransitionRow> rows() {
    List<TransitionRow> rows = new ArrayList<>();
    rows.add(
        TransitionRow.of(
            Finalizing.class,
            Finalized.class,
            List.of(Proving.class),
            (s, e) -> new Proving(s.core(), s.replica(), s.committed().cleaned())));
    for (Class<? extends SectorState.OnChain> state :
        List.of(
            Finalizing.class,
            Proving.class,
            DroppingUnsealed.class,
            Faulty.class,
            Recovering.class)) {
      rows.add(
          TransitionRow.of(
              state,
              SectorPlaced.class,
              List.of(state),
              (s, e) -> s.withCommitted(s.committed().placed(e.location()))));
      rows.add(
          TransitionRow.of(
              state,
              CommitLost.class,
              List.of(Committing.class, PreCommitting.class),
              (s, e) -> takenBack(s)));
      rows.add(
          TransitionRow.of(
              state,
              FaultFound.class,
              List.of(Faulty.class),
              (s, e) -> new Faulty(s.core(), s.replica(), s.committed(), e.fault())));
    }
    rows.add(firstProven(Finalizing.class));
    rows.add(firstProven(Proving.class));
    rows.add(firstProven(DroppingUnsealed.class));
    rows.addAll(unsealedRows());
    rows.add(
        TransitionRow.of(
            Faulty.class,
            ReplicaReadable.class,
            List.of(Recovering.class),
            (s, e) ->
                new Recovering(s.core(), s.replica(), s.committed(), s.fault(), Optional.empty())));
    rows.add(
        TransitionRow.of(
            Faulty.class,
            RecoveryDeclared.class,
            List.of(Recovering.class),
            (s, e) ->
                new Recovering(
                    s.core(),
                    s.replica(),
                    s.committed(),
                    s.fault(),
                    Optional.of(e.declaredEpoch()))));
    rows.add(
        TransitionRow.of(
            Recovering.class,
            RecoveryDeclared.class,
            List.of(Recovering.class),
            (s, e) ->
                new Recovering(
                    s.core(),
                    s.replica(),
                    s.committed(),
                    s.fault(),
                    Optional.of(e.declaredEpoch()))));
    rows.add(recovered(Faulty.class));
    rows.add(recovered(Recovering.class));
    return rows;
  }

  /** What becomes of the copy that nobody wants; the sector is proven all the while. */
  private static List<TransitionRow> unsealedRows() {
    return List.of(
        TransitionRow.of(
            Proving.class,
            UnsealedDropOrdered.class,
            List.of(DroppingUnsealed.class),
            (s, e) -> new DroppingUnsealed(s.core(), s.replica(), s.committed(), JobSlot.FRESH)),
        TransitionRow.of(
            DroppingUnsealed.class,
            UnsealedDropped.class,
            List.of(Proving.class),
            (s, e) ->
                new Proving(
                    s.core().withoutFile(SectorFileType.UNSEALED), s.replica(), s.committed())),
        TransitionRow.of(
            DroppingUnsealed.class,
            UnsealedKept.class,
            List.of(Proving.class),
            (s, e) ->
                new Proving(
                    s.core(),
                    s.replica(),
                    s.committed(),
                    Optional.of(new KeptUnsealed(e.reason(), e.retryNotBefore())))));
  }

  private static <S extends SectorState.OnChain> TransitionRow firstProven(Class<S> state) {
    return TransitionRow.of(
        state,
        FirstProven.class,
        List.of(state),
        (s, e) -> s.withCommitted(s.committed().proven(e.provenEpoch())));
  }

  /** Back to what it was before the fault: cleaning up may still have to be done. */
  private static <S extends SectorState.OnChain> TransitionRow recovered(Class<S> state) {
    return TransitionRow.of(
        state,
        SectorRecovered.class,
        List.of(Proving.class, Finalizing.class),
        (s, e) ->
            s.committed().finalized()
                ? new Proving(s.core(), s.replica(), s.committed())
                : new Finalizing(s.core(), s.replica(), s.committed(), JobSlot.FRESH));
  }

  /**
   * A commit whose proof is known is sent again as it was; the sender does that by itself for a
   * message it knows. Otherwise the chain is read anew from the precommit on.
   */
  private static SectorState.Living takenBack(SectorState.OnChain s) {
    if (s.committed().proof().isEmpty()) {
      return new PreCommitting(s.core(), s.replica(), MessageSlot.FRESH);
    }
    CommitProof proof = s.committed().proof().get();
    return new Committing(
        s.core(),
        s.replica(),
        proof.preCommitted(),
        proof.seed(),
        proof.proof(),
        MessageSlot.waitingFor(proof.message()));
  }
}
