package io.granary.ops.http;

import io.granary.protocol.SectorId;
import io.granary.protocol.port.HistoryEntry;
import io.granary.protocol.port.HistoryReader;
import io.granary.protocol.sector.Empty;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.SectorState;
import io.granary.sharding.sector.SectorEntity;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * A sector's journal gone through once, oldest event first: the state it leads to, and one page of
 * its events. However long the life, no more than the page is held.
 */
final class SectorReplay {
  private final Predicate<SectorEvent> tooLate;
  private final EventPage<SectorEvent> page;
  private SectorState state = new Empty();
  private long sequence;
  private boolean known;
  private boolean past;

  private SectorReplay(Predicate<SectorEvent> tooLate, EventPage<SectorEvent> page) {
    this.tooLate = tooLate;
    this.page = page;
  }

  /**
   * Replays up to the first event that is too late. Stamps never go back within a history, so what
   * comes after that one is later still.
   */
  static CompletionStage<SectorReplay> of(
      HistoryReader history,
      SectorId sector,
      Predicate<SectorEvent> tooLate,
      EventPage<SectorEvent> page) {
    SectorReplay replay = new SectorReplay(tooLate, page);
    return history
        .forEach(
            SectorEntity.persistenceId(sector).id(),
            SectorEvent.class,
            1,
            Long.MAX_VALUE,
            replay::take)
        .thenApply(
            read -> {
              if (!replay.known) {
                throw Problem.notFound("sector " + sector + " was never started here");
              }
              return replay;
            });
  }

  /** The state now, without events. */
  static CompletionStage<SectorState> stateNow(HistoryReader history, SectorId sector) {
    return of(history, sector, event -> false, new EventPage<>(1, 0))
        .thenApply(SectorReplay::state);
  }

  private void take(HistoryEntry<SectorEvent> entry) {
    known = true;
    past = past || tooLate.test(entry.event());
    if (!past) {
      state = state.on(entry.event());
      sequence = entry.sequence();
      page.take(entry, state.name());
    }
  }

  /** After the last event that is not too late; {@link Empty} when the first one already is. */
  SectorState state() {
    return state;
  }

  /** How many events lead to {@link #state}. */
  long sequence() {
    return sequence;
  }
}
