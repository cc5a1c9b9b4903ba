package io.granary.protocol.sector;

import io.granary.protocol.sector.SectorEvent.FilesRemoved;
import io.granary.protocol.sector.SectorEvent.JobFailed;
import io.granary.protocol.sector.SectorEvent.JobRequested;
import io.granary.protocol.sector.SectorEvent.MessageFailed;
import io.granary.protocol.sector.SectorEvent.MessageLanded;
import io.granary.protocol.sector.SectorEvent.MessageRequested;
import io.granary.protocol.sector.SectorEvent.MessageReverted;
import io.granary.protocol.sector.SectorEvent.RemovalOrdered;
import io.granary.protocol.sector.SectorEvent.RetryOrdered;
import io.granary.protocol.sector.SectorEvent.SectorParked;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is the same in many states: jobs, messages, parking and removal. */
final class SharedRows {
  /** Every state with a job. */
  private static final List<Class<? extends SectorState.AtWork>> AT_WORK =
      List.of(
          Filling.class,
          PreCommit1.class,
          PreCommit2.class,
          Commit1.class,
          Commit2.class,
          Finalizing.class,
          DroppingUnsealed.class,
          Removing.class);

  /** States a sector may stop in. */
  private static final List<Class<? extends SectorState.Living>> PARKABLE =
      List.of(
          Filling.class,
          PreCommit1.class,
          PreCommit2.class,
          PreCommitting.class,
          WaitSeed.class,
          Commit1.class,
          Commit2.class,
          Committing.class,
          Finalizing.class,
          Removing.class);

  private SharedRows() {}

  static List<TransitionRow> rows() {
    List<TransitionRow> rows = new ArrayList<>();
    AT_WORK.forEach(state -> rows.addAll(jobRows(state)));
    rows.addAll(messageRows(PreCommitting.class));
    rows.addAll(messageRows(Committing.class));
    PARKABLE.forEach(
        state ->
            rows.add(
                TransitionRow.of(
                    state,
                    SectorParked.class,
                    List.of(Parked.class),
                    (s, e) -> new Parked(stopped(s), e.reason(), e.retryable()))));
    rows.add(
        TransitionRow.of(
            Parked.class, RetryOrdered.class, List.copyOf(PARKABLE), SharedRows::takenUp));
    for (Class<? extends SectorState.Living> state :
        List.of(
            Filling.class,
            PreCommit1.class,
            PreCommit2.class,
            PreCommitting.class,
            WaitSeed.class,
            Commit1.class,
            Commit2.class,
            Parked.class)) {
      rows.add(
          TransitionRow.of(
              state,
              RemovalOrdered.class,
              List.of(Removing.class),
              (s, e) -> new Removing(s.core(), e.reason(), JobSlot.FRESH)));
    }
    rows.add(
        TransitionRow.of(
            Removing.class,
            FilesRemoved.class,
            List.of(Removed.class),
            (s, e) -> new Removed(s.core().withoutFiles(), s.reason())));
    return rows;
  }

  private static <S extends SectorState.AtWork> List<TransitionRow> jobRows(Class<S> state) {
    return List.of(
        TransitionRow.of(
            state,
            JobRequested.class,
            List.of(state),
            (s, e) ->
                s.withJob(s.job().asked(new ActiveJob(e.job(), e.attempt(), e.lastUsefulEpoch())))
                    .withCore(s.core().withJob(e.attempt()))),
        TransitionRow.of(
            state,
            JobFailed.class,
            List.of(state),
            (s, e) -> s.withJob(s.job().failed(e.failure(), e.retryNotBefore()))));
  }

  private static <S extends SectorState.Posting> List<TransitionRow> messageRows(Class<S> state) {
    return List.of(
        TransitionRow.of(
            state,
            MessageRequested.class,
            List.of(state),
            (s, e) ->
                s.withMessage(
                        s.message()
                            .asked(
                                new OutgoingMessage(
                                    e.intentId(),
                                    e.from(),
                                    e.value(),
                                    e.lastUsefulEpoch(),
                                    e.expiration(),
                                    Optional.empty())))
                    .withCore(s.core().withMessage())),
        TransitionRow.of(
            state,
            MessageLanded.class,
            List.of(state),
            (s, e) ->
                s.withMessage(
                    s.message()
                        .landed(new OutgoingMessage.Landing(e.message(), e.inclusionEpoch())))),
        TransitionRow.of(
            state,
            MessageReverted.class,
            List.of(state),
            (s, e) -> s.withMessage(s.message().reverted())),
        TransitionRow.of(
            state,
            MessageFailed.class,
            List.of(state),
            (s, e) -> s.withMessage(s.message().failed(e.reason(), e.retryNotBefore()))));
  }

  /** A stopped stage waits for no job; its message, if any, may still land. */
  private static SectorState.Living stopped(SectorState.Living s) {
    return s instanceof SectorState.AtWork work ? work.withJob(work.job().dropped()) : s;
  }

  /** An operator's retry forgets the failures, and keeps what is on its way. */
  private static SectorState.Living takenUp(Parked s, RetryOrdered e) {
    if (!s.retryable()) {
      throw new TransitionRejected(s, e, "a retry cannot help");
    }
    SectorState.Living stage = s.stage();
    if (stage instanceof SectorState.AtWork work) {
      stage = work.withJob(JobSlot.FRESH);
    } else if (stage instanceof SectorState.Posting posting) {
      stage =
          posting.withMessage(
              new MessageSlot(posting.message().outgoing(), 0, Optional.empty(), Optional.empty()));
    }
    return stage.withCore(stage.core().withSentBack(0));
  }
}
