package io.granary.protocol.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Walks every state with every event of a machine and holds the outcome to its table. */
public final class MachineMatrix {
  private MachineMatrix() {}

  /**
   * Every pair is in the table or refused, and every row of the table is reached.
   *
   * @param states at least one of every kind
   * @param events at least one of every kind
   */
  public static <S, E> void check(
      TransitionTable<S, E> table,
      Class<S> stateType,
      List<? extends S> states,
      Class<E> eventType,
      List<? extends E> events,
      BiFunction<S, E, S> on) {
    assertThat(kinds(states)).as("states given").isEqualTo(leaves(stateType));
    assertThat(kinds(events)).as("events given").containsAll(tableEvents(table));
    assertThat(leaves(eventType)).as("events of the table").containsAll(tableEvents(table));
    Set<TransitionTable.Row<?, ?>> reached = new HashSet<>();
    for (S state : states) {
      for (E event : events) {
        if (table.allows(state.getClass(), event.getClass())) {
          Object after = on.apply(state, event);
          TransitionTable.Row<?, ?> row = row(table, state, event, after);
          reached.add(row);
        } else {
          assertThatThrownBy(() -> on.apply(state, event))
              .as("%s by %s", state.getClass(), event.getClass())
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining(event.getClass().getSimpleName());
        }
      }
    }
    assertThat(reached).as("rows reached").hasSameElementsAs(table.rows());
  }

  private static <S, E> TransitionTable.Row<?, ?> row(
      TransitionTable<S, E> table, S state, E event, Object after) {
    return table.rows().stream()
        .filter(
            each ->
                each.from() == state.getClass()
                    && each.event() == event.getClass()
                    && each.to() == after.getClass())
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "not in the table: "
                        + state.getClass()
                        + " by "
                        + event.getClass()
                        + " to "
                        + after.getClass()));
  }

  private static <S, E> Set<Class<?>> tableEvents(TransitionTable<S, E> table) {
    Set<Class<?>> events = new HashSet<>();
    table.rows().forEach(row -> events.add(row.event()));
    return events;
  }

  private static Set<Class<?>> kinds(List<?> values) {
    Set<Class<?>> kinds = new HashSet<>();
    values.forEach(value -> kinds.add(value.getClass()));
    return kinds;
  }

  /** The records below a sealed interface. */
  public static Set<Class<?>> leaves(Class<?> type) {
    Set<Class<?>> leaves = new HashSet<>();
    expand(type).forEach(leaves::add);
    return leaves;
  }

  private static Stream<Class<?>> expand(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(MachineMatrix::expand)
        : Stream.of(type);
  }
}
