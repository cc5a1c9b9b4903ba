package io.granary.sharding.entity;

import akka.actor.typed.javadsl.ActorContext;
import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.chain.Tick;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The newest head an entity knows of, and what waits for the first one of its life: nothing is
 * decided without an epoch. Belongs to the one actor.
 *
 * @param <C> the entity's commands
 */
public final class SeenHead<C> {
  private final ActorContext<C> context;
  private final String entity;
  private final String node;
  private final int earlyMax;
  private final List<C> early = new ArrayList<>();
  private @Nullable Tick tick;

  /**
   * None seen yet.
   *
   * @param entity its name, for errors
   * @param node the name of this node, for the stamps
   * @param earlyMax how many commands may wait; more are dropped, for their askers ask again
   */
  public SeenHead(ActorContext<C> context, String entity, String node, int earlyMax) {
    this.context = context;
    this.entity = entity;
    this.node = node;
    this.earlyMax = earlyMax;
  }

  /** The head, when one was seen. */
  public Optional<Tick> known() {
    return Optional.ofNullable(tick);
  }

  /** Whether none was seen yet. */
  public boolean isUnknown() {
    return tick == null;
  }

  /** Takes {@code newest}, and tells the actor once more what waited for a head. */
  public void see(Tick newest) {
    tick = newest;
    early.forEach(context.getSelf()::tell);
    early.clear();
  }

  /** Keeps {@code command} until a head is seen. */
  public void await(C command) {
    if (early.size() < earlyMax) {
      early.add(command);
    }
  }

  /**
   * The head.
   *
   * @throws IllegalStateException when none was seen yet
   */
  public Tick tick() {
    if (tick == null) {
      throw new IllegalStateException(entity + " acts before it has seen a head");
    }
    return tick;
  }

  /** The head's epoch; throws as {@link #tick} does. */
  public Epoch epoch() {
    return tick().epoch();
  }

  /** The stamp of what is decided now; throws as {@link #tick} does. */
  public Stamp stamp() {
    return new Stamp(tick().epoch(), tick().now(), node);
  }
}
