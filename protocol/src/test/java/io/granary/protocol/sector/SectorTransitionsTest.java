package io.granary.protocol.sector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Epoch;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SectorTransitionsTest {
  static Stream<Class<?>> stateClasses() {
    return SealedLeaves.of(SectorState.class).stream();
  }

  @Test
  void fixturesHaveEveryState_whenWalkingTheSealedTypes() {
    assertThat(SectorFixtures.states().stream().map(Object::getClass).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(SealedLeaves.of(SectorState.class));
  }

  @Test
  void fixturesHaveEveryEvent_whenWalkingTheSealedTypes() {
    assertThat(SectorFixtures.events().stream().map(Object::getClass).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(SealedLeaves.of(SectorEvent.class));
  }

  @ParameterizedTest
  @MethodSource("stateClasses")
  void everyPairIsInTheTableOrRejected_whenEventMeetsState(Class<?> stateClass) {
    for (Class<?> eventClass : SealedLeaves.of(SectorEvent.class)) {
      Set<Class<?>> reached = new HashSet<>();
      for (SectorState state : of(SectorFixtures.states(), stateClass)) {
        for (SectorEvent event : of(SectorFixtures.events(), eventClass)) {
          next(state, event).ifPresent(after -> reached.add(after.getClass()));
        }
      }
      assertThat(reached)
          .as("%s on %s", stateClass.getSimpleName(), eventClass.getSimpleName())
          .isEqualTo(row(stateClass, eventClass).map(TransitionRow::to).orElse(Set.of()));
    }
  }

  @Test
  void keepsEveryFieldButTheStamp_whenASlotRowIsApplied() {
    SectorState before =
        new PreCommit2(
            SectorFixtures.core(), SectorFixtures.TICKET, Optional.empty(), JobSlot.FRESH);
    SectorState after =
        before.on(
            new SectorEvent.JobRequested(
                SectorFixtures.stamp(5), SectorFixtures.JOB, 1, new Epoch(4000)));
    assertThat(after)
        .isEqualTo(
            new PreCommit2(
                SectorFixtures.core().withJob(1).at(SectorFixtures.stamp(5)),
                SectorFixtures.TICKET,
                Optional.empty(),
                JobSlot.FRESH.asked(new ActiveJob(SectorFixtures.JOB, 1, new Epoch(4000)))));
  }

  @Test
  void namesStateAndEvent_whenRejecting() {
    assertThatThrownBy(
            () -> new Empty().on(new SectorEvent.SealingStarted(SectorFixtures.stamp(0))))
        .isInstanceOf(TransitionRejected.class)
        .hasMessageContaining("Empty")
        .hasMessageContaining("SealingStarted");
  }

  private static <T> List<T> of(List<T> all, Class<?> type) {
    return all.stream().filter(type::isInstance).toList();
  }

  private static Optional<TransitionRow> row(Class<?> state, Class<?> event) {
    return SectorTransitions.rows().stream()
        .filter(row -> row.from() == state && row.event() == event)
        .findFirst();
  }

  /** Empty when rejected, by the table or by a guard of a row. */
  private static Optional<SectorState> next(SectorState state, SectorEvent event) {
    try {
      return Optional.of(state.on(event));
    } catch (TransitionRejected rejected) {
      return Optional.empty();
    }
  }
}
