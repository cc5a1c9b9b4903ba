package io.granary.protocol.machine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The allowed transitions of one machine: which event moves which state to which states. Everything
 * not in it is refused.
 *
 * @param <S> the sealed state
 * @param <E> the sealed event
 */
public final class TransitionTable<S, E> {
  private final Set<Row<S, E>> rows;

  private TransitionTable(Set<Row<S, E>> rows) {
    this.rows = rows;
  }

  /** One allowed step. */
  public record Row<S, E>(
      Class<? extends S> from, Class<? extends E> event, Class<? extends S> to) {}

  public static <S, E> Builder<S, E> builder() {
    return new Builder<>();
  }

  /** In the order they were added. */
  public List<Row<S, E>> rows() {
    return List.copyOf(rows);
  }

  /** Whether {@code event} may come in state {@code from} at all. */
  public boolean allows(Class<?> from, Class<?> event) {
    return rows.stream().anyMatch(row -> row.from() == from && row.event() == event);
  }

  /**
   * Refuses an event that {@code from} does not know.
   *
   * @throws IllegalStateException naming both
   */
  public void requireAllowed(Object from, Object event) {
    if (!allows(from.getClass(), event.getClass())) {
      throw new IllegalStateException(
          "no transition from "
              + from.getClass().getSimpleName()
              + " by "
              + event.getClass().getSimpleName());
    }
  }

  /**
   * {@code to}, when the table has the step.
   *
   * @throws IllegalStateException naming the step otherwise: the machine and its table disagree
   */
  public <T extends S> T check(Object from, Object event, T to) {
    boolean known =
        rows.stream()
            .anyMatch(
                row ->
                    row.from() == from.getClass()
                        && row.event() == event.getClass()
                        && row.to() == to.getClass());
    if (!known) {
      throw new IllegalStateException(
          "no transition from "
              + from.getClass().getSimpleName()
              + " by "
              + event.getClass().getSimpleName()
              + " to "
              + to.getClass().getSimpleName());
    }
    return to;
  }

  /**
   * The table as a Mermaid state diagram that starts at {@code first}; one line a pair of states.
   */
  public String mermaid(Class<? extends S> first) {
    Map<String, List<String>> arrows = new LinkedHashMap<>();
    for (Row<S, E> row : rows) {
      arrows
          .computeIfAbsent(
              row.from().getSimpleName() + " --> " + row.to().getSimpleName(),
              unused -> new ArrayList<>())
          .add(row.event().getSimpleName());
    }
    StringBuilder text =
        new StringBuilder("stateDiagram-v2\n  [*] --> ").append(first.getSimpleName()).append('\n');
    arrows.forEach(
        (arrow, events) ->
            text.append("  ")
                .append(arrow)
                .append(": ")
                .append(String.join(", ", events))
                .append('\n'));
    return text.toString();
  }

  /** Collects rows. */
  public static final class Builder<S, E> {
    private final Set<Row<S, E>> rows = new LinkedHashSet<>();

    private Builder() {}

    /** Adds a step; {@code event} may lead from {@code from} to more than one state. */
    public Builder<S, E> row(
        Class<? extends S> from, Class<? extends E> event, Class<? extends S> to) {
      if (!rows.add(new Row<>(from, event, to))) {
        throw new IllegalArgumentException("row twice: " + from + ", " + event + ", " + to);
      }
      return this;
    }

    public TransitionTable<S, E> build() {
      return new TransitionTable<>(new LinkedHashSet<>(rows));
    }
  }
}
