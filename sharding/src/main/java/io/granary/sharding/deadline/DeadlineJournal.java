package io.granary.sharding.deadline;

import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.ProvingDeadlineState;
import java.time.Duration;
import java.util.List;

/** How a deadline persists, and goes on after it has. */
abstract class DeadlineJournal
    extends EventSourcedBehavior<DeadlineCommand, DeadlineEvent, ProvingDeadlineState> {
  private final ActorContext<DeadlineCommand> context;

  DeadlineJournal(ActorContext<DeadlineCommand> context, PersistenceId id) {
    super(
        id,
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
    this.context = context;
  }

  @Override
  public final ProvingDeadlineState emptyState() {
    return ProvingDeadlineState.first();
  }

  @Override
  public final EventHandler<ProvingDeadlineState, DeadlineEvent> eventHandler() {
    return ProvingDeadlineState::on;
  }

  /**
   * Once a period, when a run has ended: what remains then is small, and all that comes needs it.
   * RunClosed is always persisted alone; {@code state} is the one before it.
   */
  @Override
  public final boolean shouldSnapshot(
      ProvingDeadlineState state, DeadlineEvent event, long sequence) {
    return event instanceof DeadlineEvent.RunClosed;
  }

  final Effect<DeadlineEvent, ProvingDeadlineState> persist(List<DeadlineEvent> events) {
    return persist(events, next -> {});
  }

  /** Persists, acts, and lets the new state take its next step at once. */
  final Effect<DeadlineEvent, ProvingDeadlineState> persist(
      List<DeadlineEvent> events, akka.japi.function.Procedure<ProvingDeadlineState> then) {
    return events.isEmpty() ? Effect().none() : persist(events, then, true);
  }

  /** Lets what {@code events} are about take its next step; everything when they name no part. */
  final void continueWith(List<DeadlineEvent> events) {
    if (!events.isEmpty()) {
      boolean ofPartitions = events.stream().allMatch(DeadlineEvent.OfPartition.class::isInstance);
      List<Long> partitions =
          events.stream()
              .filter(DeadlineEvent.OfPartition.class::isInstance)
              .map(event -> ((DeadlineEvent.OfPartition) event).partition())
              .distinct()
              .toList();
      context.getSelf().tell(new DeadlineCommand.Continue(ofPartitions ? partitions : List.of()));
    }
  }

  final Effect<DeadlineEvent, ProvingDeadlineState> persist(
      List<DeadlineEvent> events,
      akka.japi.function.Procedure<ProvingDeadlineState> then,
      boolean goOn) {
    if (events.isEmpty()) {
      return Effect().none().thenRun(then);
    }
    return Effect()
        .persist(events)
        .thenRun(
            state -> {
              then.apply(state);
              if (goOn) {
                continueWith(events);
              }
            });
  }
}
