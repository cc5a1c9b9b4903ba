package io.granary.persistence;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import io.granary.protocol.sender.SenderEvent;
import io.granary.protocol.sender.SenderState;

/** A sender's stream with snapshots, and nothing around it. */
final class SenderStreamEntity
    extends EventSourcedBehavior<SenderStreamEntity.Command, SenderEvent, SenderState> {
  static final int EVENTS_BETWEEN = 20;

  /** What it can be asked. */
  sealed interface Command {}

  /** Persists {@code event}, then answers. */
  record Keep(SenderEvent event, ActorRef<Seen> replyTo) implements Command {}

  /** Answers. */
  record Tell(ActorRef<Seen> replyTo) implements Command {}

  /**
   * What it is.
   *
   * @param taken events that this life took in, the replayed ones included
   */
  record Seen(SenderState state, int taken) {}

  private int taken;

  private SenderStreamEntity(String id) {
    super(PersistenceId.ofUniqueId(id));
  }

  static Behavior<Command> create(String id) {
    return new SenderStreamEntity(id);
  }

  @Override
  public SenderState emptyState() {
    return SenderState.EMPTY;
  }

  @Override
  public CommandHandler<Command, SenderEvent, SenderState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(
            Keep.class,
            keep ->
                Effect()
                    .persist(keep.event())
                    .thenReply(keep.replyTo(), (SenderState state) -> new Seen(state, taken)))
        .onCommand(
            Tell.class, (state, tell) -> Effect().reply(tell.replyTo(), new Seen(state, taken)))
        .build();
  }

  @Override
  public EventHandler<SenderState, SenderEvent> eventHandler() {
    return (state, event) -> {
      taken++;
      return state.on(event);
    };
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(EVENTS_BETWEEN, 2);
  }
}
