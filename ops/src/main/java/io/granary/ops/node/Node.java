package io.granary.ops.node;

import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import io.granary.bridge.NetworkBridgeSettings;
import io.granary.bridge.deal.DealEndpointSettings;
import io.granary.bridge.ipni.IpniSettings;
import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.reach.ReachSettings;
import io.granary.bridge.retrieval.RetrievalSettings;
import io.granary.bridge.transfer.TransferSettings;
import io.granary.devnet.DevnetSettings;
import io.granary.ops.deal.PublishingSettings;
import io.granary.ops.deal.StagingSweepSettings;
import io.granary.ops.presence.PresenceSettings;
import io.granary.ops.supervise.SupervisorSettings;
import io.granary.persistence.PersistenceSettings;
import io.granary.persistence.cassandra.EmbeddedCassandraSettings;
import io.granary.persistence.codec.CodecSettings;
import io.granary.prover.ProverWorkersSettings;
import io.granary.sharding.ShardingSettings;
import io.granary.sharding.deal.DealsSettings;
import io.granary.sharding.winning.WinningSettings;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running node; see the package's description for the order of its parts. */
public final class Node {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  private final ActorSystem<Void> system;
  private final CompletableFuture<Void> closed;

  /**
   * A node whose parts run.
   *
   * @param closed completes when all of them have ended
   */
  Node(ActorSystem<Void> system, CompletableFuture<Void> closed) {
    this.system = system;
    this.closed = closed;
  }

  /**
   * Reads every module's settings out of {@code config} and starts nothing.
   *
   * @throws ConfigurationException naming every key that is wrong or unknown
   */
  public static void check(Config config) {
    Config defaults = NodeConfiguration.defaults();
    boolean embedded =
        config.getValue("granary.persistence.contact-points") instanceof ConfigList points
            && points.isEmpty();
    List<String> problems =
        ConfigurationCheck.problems(
            config, defaults, each -> readSettings(each, defaults, embedded));
    if (!problems.isEmpty()) {
      throw new ConfigurationException(
          "configuration: "
              + (problems.size() == 1 ? "" : problems.size() + " problems\n  ")
              + String.join("\n  ", problems));
    }
  }

  private static void readSettings(Config config, Config defaults, boolean embedded) {
    NodeSettings settings = NodeSettings.from(config);
    SupervisorSettings.from(config);
    NetworkPolicies.named(settings.network());
    NetworkBridgeSettings.from(config);
    Libp2pSettings.from(config);
    RetrievalSettings.from(config);
    IpniSettings.from(config);
    PersistenceSettings.from(config);
    DealEndpointSettings endpoint = DealEndpointSettings.from(config);
    TransferSettings.from(config);
    PublishingSettings.from(config);
    StagingSweepSettings.from(config);
    UnsealedReviewSettings.from(config);
    PresenceSettings.from(config);
    ReachSettings.from(config);
    Optional<DealsSettings> served = DealsSettings.from(config);
    served.ifPresent(each -> requireRoomAtTheDesk(each, endpoint));
    boolean deals = served.isPresent();
    if (deals && settings.hasEntities()) {
      requireStaging(config);
    }
    if (embedded && (settings.needsStoreAndChain() || (deals && settings.hasBridge()))) {
      if (settings.joinsOthers()) {
        throw new ConfigurationException(
            "granary.persistence.contact-points: needed with other nodes in"
                + " granary.node.cluster.seed-nodes, since all share one store");
      }
      EmbeddedCassandraSettings.from(config);
    }
    CodecSettings.from(config);
    ProverWorkersSettings.from(config);
    ShardingSettings.from(config);
    WinningSettings.from(config);
    if (!config.getValue("granary.devnet").equals(defaults.getValue("granary.devnet"))) {
      DevnetSettings.from(config);
    }
  }

  /** What has its turn at the desk must not be refused there for coming at once. */
  private static void requireRoomAtTheDesk(DealsSettings deals, DealEndpointSettings endpoint) {
    int room = deals.acceptance().limits().proposalsMax();
    if (room < endpoint.deskInFlightMax()) {
      throw new ConfigurationException(
          "granary.deals.limits.proposals-max: "
              + room
              + " is less than granary.network-bridge.deals.desk-in-flight-max, "
              + endpoint.deskInFlightMax());
    }
  }

  /** The data of deals lies on a storage path of the node where their entities live, or shared. */
  private static void requireStaging(Config config) {
    ProverWorkersSettings.Storage storage = ProverWorkersSettings.from(config).storage();
    if (storage.paths().isEmpty() && storage.sharedStaging().isEmpty()) {
      throw new ConfigurationException(
          "granary.deals.enabled: a node of role sector stages the data of deals, and needs a path"
              + " in granary.prover.storage.paths, or granary.prover.storage.shared-staging");
    }
  }

  /**
   * Starts a node.
   *
   * @throws ConfigurationException when a setting is wrong, or what it names does not answer
   */
  public static Node start(Config config) {
    check(config);
    NodeSettings settings = NodeSettings.from(config);
    NodeStarter starter = new NodeStarter(config, settings);
    try {
      return starter.start();
    } catch (RuntimeException e) {
      starter.abandon();
      throw e;
    }
  }

  /** Blocks until the node has left its cluster and stopped. */
  public void awaitTermination() throws InterruptedException {
    try {
      closed.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the actor system failed", e);
    }
  }

  /** Leaves the cluster and stops; {@code why} is logged. */
  public void leave(String why) {
    LOG.info("leaving: {}", why);
    CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.unknownReason());
  }
}
