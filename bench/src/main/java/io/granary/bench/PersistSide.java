package io.granary.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;

/** Entities of one kind, each ready to persist one command after another. */
interface PersistSide {
  /** How many entities there are. */
  int entities();

  /**
   * Spawns what keeps entity {@code index} busy until {@code window} closes.
   *
   * @param name unique in the actor system
   */
  void drive(int index, Window window, String name);

  /** An actor that no guardian's protocol stands in the way of. */
  static <T> ActorRef<T> spawn(ActorSystem<?> system, Behavior<T> behavior, String name) {
    return system.systemActorOf(behavior, name, Props.empty());
  }
}
