package io.granary.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import io.granary.protocol.Bytes;
import java.util.List;
import java.util.stream.IntStream;

/** Bare entities. */
final class BareSide implements PersistSide {
  private final ActorSystem<?> system;
  private final List<ActorRef<BareEntity.Persist>> entities;
  private final BareEvent event;

  /**
   * @param eventBytes the size of each event
   */
  BareSide(ActorSystem<?> system, int count, int eventBytes) {
    this.system = system;
    this.event = new BareEvent(Bytes.of(new byte[eventBytes]));
    this.entities =
        IntStream.range(0, count)
            .mapToObj(i -> PersistSide.spawn(system, BareEntity.create("bare|" + i), "bare-" + i))
            .toList();
  }

  @Override
  public int entities() {
    return entities.size();
  }

  @Override
  public void drive(int index, Window window, String name) {
    ActorRef<BareEntity.Persist> entity = entities.get(index);
    PersistSide.spawn(
        system,
        window.<Long>driver(replyTo -> entity.tell(new BareEntity.Persist(event, replyTo))),
        name);
  }
}
