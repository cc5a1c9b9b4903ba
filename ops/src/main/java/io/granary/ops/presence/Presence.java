package io.granary.ops.presence;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import java.util.List;

/** Keeps a miner to be found on chain, from one of the nodes that answer clients. Thread-safe. */
public final class Presence {
  private volatile PresenceStatus status;

  private Presence(PresenceStatus status) {
    this.status = status;
  }

  /**
   * Begins on this node, which has to be in a cluster.
   *
   * @param node its name
   * @param addresses where others dial it; none when it does not know
   */
  public static Presence start(
      ActorSystem<?> system,
      PresencePorts ports,
      PresenceSettings settings,
      String node,
      PeerId id,
      List<Multiaddr> addresses) {
    Presence presence = new Presence(PresenceStatus.unknown(ports.miner()));
    Behavior<PresenceKeeper.Command> keeper =
        PresenceKeeper.create(
            ports, settings, new PeerCard(node, id, addresses), latest -> presence.status = latest);
    system.systemActorOf(
        Behaviors.supervise(keeper).onFailure(SupervisorStrategy.restart()),
        "presence",
        DispatcherSelector.blocking());
    return presence;
  }

  /** What is known now. */
  public PresenceStatus status() {
    return status;
  }
}
