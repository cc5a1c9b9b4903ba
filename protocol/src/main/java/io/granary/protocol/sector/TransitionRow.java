package io.granary.protocol.sector;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * One row of the table: what {@code event} makes of {@code from}.
 *
 * @param to every state class it can lead to
 * @param apply pure; the core's stamp is set by {@link SectorTransitions}
 */
public record TransitionRow(
    Class<? extends SectorState> from,
    Class<? extends SectorEvent> event,
    Set<Class<? extends SectorState>> to,
    BiFunction<SectorState, SectorEvent, SectorState.Living> apply) {
  public TransitionRow {
    to = Set.copyOf(to);
  }

  /** A row whose function sees its own types. */
  static <S extends SectorState, E extends SectorEvent> TransitionRow of(
      Class<S> from,
      Class<E> event,
      List<Class<? extends SectorState>> to,
      BiFunction<S, E, SectorState.Living> apply) {
    return new TransitionRow(
        from,
        event,
        new LinkedHashSet<>(to),
        (state, happened) -> apply.apply(from.cast(state), event.cast(happened)));
  }
}
