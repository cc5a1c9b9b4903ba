package io.granary.bench;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import io.granary.protocol.sector.SectorEvent;
import java.util.List;

/** Writes a sector's life so far under the sector's own persistence id, then stops. */
final class SeedEntity extends EventSourcedBehavior<SeedEntity.Seed, SectorEvent, Done> {
  /** The only command. */
  record Seed(List<SectorEvent> events, ActorRef<Done> replyTo) {}

  private SeedEntity(PersistenceId id) {
    super(id);
  }

  static Behavior<Seed> create(PersistenceId id) {
    return new SeedEntity(id);
  }

  @Override
  public Done emptyState() {
    return Done.getInstance();
  }

  @Override
  public CommandHandler<Seed, SectorEvent, Done> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(
            Seed.class,
            seed ->
                Effect()
                    .persist(seed.events())
                    .thenStop()
                    .thenReply(seed.replyTo(), (Done state) -> state))
        .build();
  }

  @Override
  public EventHandler<Done, SectorEvent> eventHandler() {
    return (state, event) -> state;
  }
}
