package io.granary.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;

/** The least an event sourced entity can do: persist one event a command, then answer. */
final class BareEntity extends EventSourcedBehavior<BareEntity.Persist, BareEvent, Long> {
  /** The only command. */
  record Persist(BareEvent event, ActorRef<Long> replyTo) {}

  private BareEntity(String id) {
    super(PersistenceId.ofUniqueId(id));
  }

  static Behavior<Persist> create(String id) {
    return new BareEntity(id);
  }

  @Override
  public Long emptyState() {
    return 0L;
  }

  @Override
  public CommandHandler<Persist, BareEvent, Long> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(
            Persist.class,
            command ->
                Effect()
                    .persist(command.event())
                    .thenReply(command.replyTo(), (Long count) -> count))
        .build();
  }

  @Override
  public EventHandler<Long, BareEvent> eventHandler() {
    return (count, event) -> count + 1;
  }
}
