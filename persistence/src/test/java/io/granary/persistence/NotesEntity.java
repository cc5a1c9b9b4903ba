package io.granary.persistence;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryFailed;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import java.util.ArrayList;
import java.util.List;

/** Keeps what it is told, in order. */
final class NotesEntity extends EventSourcedBehavior<NotesEntity.Command, Object, List<Object>> {
  /** What it can be asked. */
  sealed interface Command {}

  /** Persists {@code event}, then answers with the count of events. */
  record Keep(Object event, ActorRef<Integer> replyTo) implements Command {}

  /** Answers with all events. */
  record Tell(ActorRef<List<Object>> replyTo) implements Command {}

  private final ActorRef<Throwable> failures;

  private NotesEntity(String id, ActorRef<Throwable> failures) {
    super(PersistenceId.ofUniqueId(id));
    this.failures = failures;
  }

  /**
   * @param failures hears why a recovery failed
   */
  static Behavior<Command> create(String id, ActorRef<Throwable> failures) {
    return new NotesEntity(id, failures);
  }

  @Override
  public List<Object> emptyState() {
    return List.of();
  }

  @Override
  public CommandHandler<Command, Object, List<Object>> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(
            Keep.class,
            keep ->
                Effect()
                    .persist(keep.event())
                    .thenReply(keep.replyTo(), (List<Object> state) -> state.size()))
        .onCommand(Tell.class, (state, tell) -> Effect().reply(tell.replyTo(), state))
        .build();
  }

  @Override
  public EventHandler<List<Object>, Object> eventHandler() {
    return (state, event) -> {
      List<Object> next = new ArrayList<>(state);
      next.add(event);
      return List.copyOf(next);
    };
  }

  @Override
  public SignalHandler<List<Object>> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryFailed.class, (state, signal) -> failures.tell(signal.getFailure()))
        .build();
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.disabled();
  }
}
