package io.granary.protocol.sector;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The machine: one table of rows (state, event) → states, each with the function that makes the
 * next state. A pair without a row is rejected. The rows are the whole truth: {@code
 * docs/flows/sector.md} is drawn from them.
 */
public final class SectorTransitions {
  private record Pair(Class<? extends SectorState> from, Class<? extends SectorEvent> event) {}

  private static final Map<Pair, TransitionRow> TABLE = table();

  private SectorTransitions() {}

  /** All rows, in the order of a sector's life. */
  public static List<TransitionRow> rows() {
    return List.copyOf(TABLE.values());
  }

  /**
   * The state after {@code event}.
   *
   * @throws TransitionRejected when {@code state} does not take it
   */
  static SectorState apply(SectorState state, SectorEvent event) {
    TransitionRow row = TABLE.get(new Pair(state.getClass(), event.getClass()));
    if (row == null) {
      throw new TransitionRejected(state, event, "no such transition");
    }
    SectorState.Living next = row.apply().apply(state, event);
    if (!row.to().contains(next.getClass())) {
      throw new IllegalStateException(
          "transition table: " + state.name() + " on " + event.name() + " led to " + next.name());
    }
    return next.at(event.stamp());
  }

  private static Map<Pair, TransitionRow> table() {
    List<TransitionRow> rows = new ArrayList<>();
    rows.addAll(SealingRows.rows());
    rows.addAll(CommitRows.rows());
    rows.addAll(LateLandings.rows());
    rows.addAll(ProvingRows.rows());
    rows.addAll(SharedRows.rows());
    Map<Pair, TransitionRow> table = new LinkedHashMap<>();
    for (TransitionRow row : rows) {
      if (table.put(new Pair(row.from(), row.event()), row) != null) {
        throw new IllegalStateException(
            "transition table: two rows for "
                + row.from().getSimpleName()
                + " on "
                + row.event().getSimpleName());
      }
    }
    return table;
  }
}
