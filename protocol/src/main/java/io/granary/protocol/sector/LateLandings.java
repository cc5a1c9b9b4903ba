package io.granary.protocol.sector;

import io.granary.protocol.sector.SectorEvent.MessageLanded;
import java.util.List;
import java.util.Optional;

/**
 * A message often shows in the chain's state before its sender, who waits for confidence, tells of
 * it. The sector has gone on by then; it keeps where the message landed, for its history.
 */
final class LateLandings {
  private LateLandings() {}

  /** The message that brought {@code state} about and has not been told of yet. */
  static Optional<OutgoingMessage> awaited(SectorState state) {
    return sent(state).filter(message -> message.landing().isEmpty());
  }

  private static Optional<OutgoingMessage> sent(SectorState state) {
    if (state instanceof WaitSeed waiting) {
      return waiting.preCommitted().message();
    }
    if (state instanceof Commit1 || state instanceof Commit2) {
      return ((SectorState.Seeded) state).preCommitted().message();
    }
    return state instanceof Finalizing
            || state instanceof Proving
            || state instanceof DroppingUnsealed
        ? ((SectorState.OnChain) state).committed().proof().flatMap(CommitProof::message)
        : Optional.empty();
  }

  static List<TransitionRow> rows() {
    return List.of(
        TransitionRow.of(
            WaitSeed.class,
            MessageLanded.class,
            List.of(WaitSeed.class),
            (s, e) -> new WaitSeed(s.core(), s.replica(), s.preCommitted().landed(at(s, e)))),
        TransitionRow.of(
            Commit1.class,
            MessageLanded.class,
            List.of(Commit1.class),
            (s, e) ->
                new Commit1(
                    s.core(), s.replica(), s.preCommitted().landed(at(s, e)), s.seed(), s.job())),
        TransitionRow.of(
            Commit2.class,
            MessageLanded.class,
            List.of(Commit2.class),
            (s, e) ->
                new Commit2(
                    s.core(),
                    s.replica(),
                    s.preCommitted().landed(at(s, e)),
                    s.seed(),
                    s.commit1(),
                    s.job())),
        TransitionRow.of(
            Finalizing.class,
            MessageLanded.class,
            List.of(Finalizing.class),
            (s, e) -> s.withCommitted(s.committed().landed(at(s, e)))),
        TransitionRow.of(
            Proving.class,
            MessageLanded.class,
            List.of(Proving.class),
            (s, e) -> s.withCommitted(s.committed().landed(at(s, e)))),
        TransitionRow.of(
            DroppingUnsealed.class,
            MessageLanded.class,
            List.of(DroppingUnsealed.class),
            (s, e) -> s.withCommitted(s.committed().landed(at(s, e)))));
  }

  private static OutgoingMessage.Landing at(SectorState state, MessageLanded event) {
    boolean ours =
        sent(state).map(message -> message.intentId().equals(event.intentId())).orElse(false);
    if (!ours) {
      throw new TransitionRejected(state, event, "it did not send " + event.intentId());
    }
    return new OutgoingMessage.Landing(event.message(), event.inclusionEpoch());
  }
}
