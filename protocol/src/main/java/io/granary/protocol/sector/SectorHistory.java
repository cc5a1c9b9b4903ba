package io.granary.protocol.sector;

import io.granary.protocol.Epoch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A sector's events, and what it was at any moment of them. */
public final class SectorHistory {
  private final List<SectorEvent> events;

  /** The state after each event, the first state in front: one more than there are events. */
  private final List<SectorState> states;

  private SectorHistory(List<SectorEvent> events, List<SectorState> states) {
    this.events = events;
    this.states = states;
  }

  /**
   * What a sector was after some event.
   *
   * @param sequence how many events came before: 0 is the first state
   */
  public record Point(long sequence, SectorState state) {}

  /**
   * Replays {@code events}, oldest first.
   *
   * @throws TransitionRejected when one does not fit the state it meets
   */
  public static SectorHistory replay(List<? extends SectorEvent> events) {
    List<SectorState> states = new ArrayList<>(events.size() + 1);
    SectorState state = new Empty();
    states.add(state);
    for (SectorEvent event : events) {
      state = state.on(event);
      states.add(state);
    }
    return new SectorHistory(List.copyOf(events), states);
  }

  public List<SectorEvent> events() {
    return events;
  }

  /** After the last event. */
  public Point end() {
    return point(events.size());
  }

  /** After the last event decided at or below {@code epoch}. */
  public Point at(Epoch epoch) {
    return before(event -> event.stamp().epoch().isAfter(epoch));
  }

  /** After the last event decided at or before {@code time}. */
  public Point at(Instant time) {
    return before(event -> event.stamp().time().isAfter(time));
  }

  /** Stamps never go back within a history, so the first one too late ends the search. */
  private Point before(Predicate<SectorEvent> tooLate) {
    int count = 0;
    while (count < events.size() && !tooLate.test(events.get(count))) {
      count++;
    }
    return point(count);
  }

  private Point point(int sequence) {
    return new Point(sequence, states.get(sequence));
  }
}
