package io.granary.ops.node;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.ClusterSingletonSettings;
import akka.cluster.typed.SingletonActor;
import io.granary.persistence.Persistence;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.WinningProver;
import io.granary.sharding.ShardingSetup;
import io.granary.sharding.winning.WinningCommand;
import io.granary.sharding.winning.WinningMiners;
import io.granary.sharding.winning.WinningPorts;
import io.granary.sharding.winning.WinningSettings;
import java.time.InstantSource;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has one node of the cluster at a time make blocks; the store settles it in a split. */
final class BlockProduction {
  private static final Logger LOG = LoggerFactory.getLogger(BlockProduction.class);
  private static final String SINGLETON = "winning";

  private BlockProduction() {}

  /** Starts it on this node, which has the entities' role, when it is switched on. */
  static void start(
      ActorSystem<Void> system,
      WinningSettings settings,
      String node,
      ChainGateway chain,
      Persistence persistence,
      WinningProver prover) {
    if (!settings.enabled()) {
      LOG.info("no blocks are made: granary.sharding.winning.enabled is off");
      return;
    }
    WinningPorts ports =
        new WinningPorts(
            chain,
            persistence.blockFence(),
            prover,
            persistence.minerRoster(),
            InstantSource.system(),
            () -> node + "/" + UUID.randomUUID());
    Behavior<WinningCommand> behavior =
        Behaviors.supervise(WinningMiners.create(ports, settings))
            .onFailure(SupervisorStrategy.restart());
    ClusterSingleton.get(system)
        .init(
            SingletonActor.of(behavior, SINGLETON)
                .withSettings(
                    ClusterSingletonSettings.create(system).withRole(ShardingSetup.ROLE)));
  }
}
