package io.granary.ops.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.Member;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.typed.Cluster;
import akka.remote.RemoteTransportException;
import com.typesafe.config.Config;
import io.granary.bridge.NetworkBridgeSettings;
import io.granary.bridge.chain.LotusChainGateway;
import io.granary.bridge.transfer.StagingException;
import io.granary.bridge.transfer.TransferSettings;
import io.granary.ops.deal.DealNode;
import io.granary.ops.deal.PublishingSettings;
import io.granary.ops.deal.StagingSweepSettings;
import io.granary.ops.http.ClusterService;
import io.granary.ops.http.DeadlineService;
import io.granary.ops.http.DealService;
import io.granary.ops.http.ManagementApi;
import io.granary.ops.http.ManagementServer;
import io.granary.ops.http.MinerCreation;
import io.granary.ops.http.MinerService;
import io.granary.ops.http.NetService;
import io.granary.ops.http.OperatorDesk;
import io.granary.ops.http.PoolService;
import io.granary.ops.http.RetrievalService;
import io.granary.ops.http.RetrievalView;
import io.granary.ops.http.SectorService;
import io.granary.ops.http.UnsealService;
import io.granary.ops.supervise.MemberFile;
import io.granary.persistence.Persistence;
import io.granary.persistence.PersistenceSettings;
import io.granary.persistence.cassandra.EmbeddedCassandra;
import io.granary.persistence.cassandra.EmbeddedCassandraSettings;
import io.granary.protocol.ActorId;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.piece.NodeHashing;
import io.granary.protocol.port.ChainGateway;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.node.ProverNode;
import io.granary.prover.pool.OperatorReports;
import io.granary.prover.storage.SectorStore;
import io.granary.prover.storage.StoragePath;
import io.granary.sharding.EntityReports;
import io.granary.sharding.ShardingSettings;
import io.granary.sharding.ShardingSetup;
import io.granary.sharding.Ticker;
import io.granary.sharding.TickerCommand;
import io.granary.sharding.deal.DealsSettings;
import io.granary.sharding.winning.WinningSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the parts one after the other; each that needs closing is pushed on the stack. */
final class NodeStarter {
  private static final Logger LOG = LoggerFactory.getLogger(NodeStarter.class);

  /** For the first answers of store and chain at start. */
  private static final Duration START_LIMIT = Duration.ofSeconds(90);

  private static final int BLOCKING_THREADS = 4;

  /** For each half of a winning PoSt: an epoch of mainnet, after which it is worthless. */
  private static final Duration WINNING_PROOF_LIMIT = Duration.ofSeconds(30);

  private final Config config;
  private final NodeSettings settings;

  private final NodeParts parts = new NodeParts();
  private final PeerStarter peer;
  private final RetrievalStarter retrieval;
  private Optional<ActorSystem<Void>> begun = Optional.empty();

  NodeStarter(Config config, NodeSettings settings) {
    this.config = config;
    this.settings = settings;
    this.peer = new PeerStarter(config, settings, parts::push);
    this.retrieval = new RetrievalStarter(config, settings, peer::identity, parts::push);
  }

  /** Ends what was started before the start failed. */
  void abandon() {
    parts.abandon(begun);
  }

  Node start() {
    makeDirectories();
    PersistenceSettings store = store();
    ActorSystem<Void> system = actorSystem(store);
    begun = Optional.of(system);
    writeMember(system);
    Optional<World> world = needsStore() ? Optional.of(world(system, store)) : Optional.empty();
    OperatorDesk desk = new OperatorDesk(settings.name());
    EntityReports entities =
        new EntityReports(
            ClusterSharding.get(system), OperatorReports.start(system, settings.name(), desk));
    ProverNode prover = ProverNode.start(system, proverSettings(), entities, settings.hasWorker());
    parts.push(prover);
    Optional<DealNode> deals = deals(system, world, entities);
    deals.ifPresent(served -> begin(served, prover));
    Consumer<ActorId> tickFrom = entities(system, world, prover, entities, deals);
    if (settings.hasEntities()) {
      BlockProduction.start(
          system,
          WinningSettings.from(config),
          settings.name(),
          world.orElseThrow().chain(),
          world.orElseThrow().persistence(),
          new DeskWinningProver(desk, prover.jobPool(), WINNING_PROOF_LIMIT));
    }
    UnsealedReviews.start(config, prover.storage(), entities::reviewUnsealed)
        .ifPresent(parts::push);
    Optional<RetrievalView> served =
        retrieval.isWanted()
            ? Optional.of(
                retrieval.start(
                    system,
                    world.orElseThrow().persistence(),
                    world.orElseThrow().chain(),
                    prover,
                    desk))
            : Optional.empty();
    NetService net = peer.start(deals);
    ManagementApi api =
        settings.hasApi()
            ? api(system, world.orElseThrow(), prover, desk, tickFrom, net, deals, served)
            : ManagementApi.withoutApi(
                new ClusterService(system),
                pool(prover),
                net,
                world.map(all -> retrieval(served, all.persistence())));
    ManagementServer server =
        await(
            "management HTTP",
            ManagementServer.bind(system, settings.managementHost(), settings.managementPort(), api)
                .toCompletableFuture());
    parts.push(server);
    CompletableFuture<Void> closed = parts.closeWith(system);
    LOG.info(
        "node {} is up as {}, management at {}",
        settings.name(),
        settings.roles(),
        server.address());
    LOG.info("trees over pieces are hashed by {}", NodeHashing.inUse());
    return new Node(system, closed);
  }

  /** For the supervisor, should this process die. */
  private void writeMember(ActorSystem<Void> system) {
    Member self = Cluster.get(system).selfMember();
    try {
      new MemberFile(self.address().toString(), self.uniqueAddress().longUid())
          .write(settings.dataDirectory());
    } catch (IOException e) {
      throw new ConfigurationException(
          "granary.node.data-directory: " + settings.dataDirectory() + " cannot be written", e);
    }
  }

  /** What a node without entities and API does without. */
  private record World(Persistence persistence, LotusChainGateway chain) {}

  private World world(ActorSystem<Void> system, PersistenceSettings store) {
    Persistence persistence = Persistence.open(system, store);
    LotusChainGateway chain =
        new LotusChainGateway(NetworkBridgeSettings.from(config), new SecureRandom());
    parts.push(chain);
    return new World(persistence, chain);
  }

  /** Entities and their ticks, or the way to them; gives what starts the ticks of a new miner. */
  private Consumer<ActorId> entities(
      ActorSystem<Void> system,
      Optional<World> world,
      ProverNode prover,
      EntityReports entities,
      Optional<DealNode> deals) {
    if (!settings.hasEntities()) {
      ShardingSetup.initProxies(system);
      return miner -> LOG.info("{} is ticked from when others have read the roster", miner);
    }
    Persistence persistence = world.orElseThrow().persistence();
    ChainGateway chain = world.orElseThrow().chain();
    ShardingSetup.init(
        ClusterSharding.get(system),
        entities,
        new ShardingSetup.Outside(
            chain,
            prover.jobPool(),
            persistence.spendFence(),
            persistence.sectorSummaries(),
            persistence.historyReader(),
            persistence.pieceDeals(),
            network(chain),
            InstantSource.system(),
            settings.name()),
        ShardingSettings.from(config),
        deals.<BiConsumer<ActorId, Tick>>map(DealNode::heads).orElse((miner, tick) -> {}));
    BiConsumer<ActorId, Tick> ticked =
        (miner, tick) -> {
          prover.tellEpoch(tick.epoch());
          entities.tick(miner, tick);
        };
    ActorRef<TickerCommand> ticker = ticker(system, chain, persistence, ticked);
    return miner -> ticker.tell(new TickerCommand.AddMiner(miner));
  }

  /** Deals are on nodes that have the store; a mere prover knows nothing of them. */
  private Optional<DealNode> deals(
      ActorSystem<Void> system, Optional<World> world, EntityReports entities) {
    return world.flatMap(
        there ->
            DealsSettings.from(config)
                .map(
                    served ->
                        new DealNode(
                            system,
                            served,
                            there.chain(),
                            there.persistence().dealBook(),
                            there.persistence().pieceDeals(),
                            entities,
                            InstantSource.system())));
  }

  private void begin(DealNode deals, ProverNode prover) {
    if (!settings.hasEntities()) {
      deals.beginProxies();
      return;
    }
    try {
      parts.push(
          deals.beginEntities(
              prover.storage(),
              TransferSettings.from(config),
              PublishingSettings.from(config),
              StagingSweepSettings.from(config),
              settings.name()));
    } catch (StagingException e) {
      throw new ConfigurationException("granary.prover.storage.paths: " + e.getMessage(), e);
    }
  }

  private void makeDirectories() {
    try {
      Files.createDirectories(settings.dataDirectory());
      for (Path path : ProverWorkersSettings.from(config).storage().paths()) {
        if (!Files.exists(path) && path.startsWith(settings.dataDirectory())) {
          StoragePath.create(path, SectorStore.DEFAULT_WEIGHT, true, true, 0);
        }
      }
    } catch (IOException e) {
      throw new ConfigurationException(
          "granary.node.data-directory: " + settings.dataDirectory() + " cannot be made", e);
    }
  }

  private ActorSystem<Void> actorSystem(PersistenceSettings store) {
    try {
      return ActorSystem.create(
          Behaviors.empty(),
          "granary",
          store.akkaConfig(ClusterConfiguration.of(settings).withFallback(config)));
    } catch (RemoteTransportException e) {
      throw new ConfigurationException(
          "granary.node.cluster: "
              + settings.clusterHost()
              + ":"
              + settings.clusterPort()
              + " cannot be used: "
              + e.getMessage(),
          e);
    }
  }

  private ProverWorkersSettings proverSettings() {
    return ProverWorkersSettings.from(RoleSlots.apply(config, settings));
  }

  private PersistenceSettings store() {
    PersistenceSettings store = PersistenceSettings.from(config);
    if (!store.contactPoints().isEmpty() || !needsStore()) {
      return store;
    }
    EmbeddedCassandra cassandra =
        EmbeddedCassandra.start(
            settings.dataDirectory().resolve("cassandra"), EmbeddedCassandraSettings.from(config));
    parts.pushLast(cassandra);
    return store.embedded(cassandra.contactPoint(), EmbeddedCassandra.DATA_CENTER);
  }

  /** What the node tells of its network goes before what the profile says. */
  private NetworkPolicy network(ChainGateway chain) {
    NetworkPolicy named = NetworkPolicies.named(settings.network());
    return await(
        "the chain node",
        chain
            .networkParams()
            .thenApply(
                params -> named.withPreCommitChallengeDelay(params.preCommitChallengeDelay()))
            .toCompletableFuture());
  }

  private ActorRef<TickerCommand> ticker(
      ActorSystem<Void> system,
      ChainGateway chain,
      Persistence persistence,
      BiConsumer<ActorId, Tick> ticked) {
    for (ActorId miner : settings.miners()) {
      await("the store", persistence.minerRoster().add(miner).toCompletableFuture());
    }
    return system.systemActorOf(
        Ticker.create(
            chain,
            persistence.minerRoster(),
            ticked,
            InstantSource.system(),
            ShardingSettings.from(config).ticker()),
        "ticker",
        Props.empty());
  }

  private ManagementApi api(
      ActorSystem<Void> system,
      World world,
      ProverNode prover,
      OperatorDesk desk,
      Consumer<ActorId> tickFrom,
      NetService net,
      Optional<DealNode> deals,
      Optional<RetrievalView> served) {
    ExecutorService blocking = Executors.newFixedThreadPool(BLOCKING_THREADS);
    parts.push(blocking::shutdownNow);
    ClusterSharding sharding = ClusterSharding.get(system);
    Persistence persistence = world.persistence();
    LotusChainGateway chain = world.chain();
    return new ManagementApi(
        new ClusterService(system),
        new SectorService(sharding, persistence.sectorSummaries(), persistence.historyReader()),
        new UnsealService(
            persistence.historyReader(),
            RetrievalStarter.decoder(prover, desk, UnsealService.LIMIT),
            blocking),
        new MinerService(
            sharding,
            chain,
            persistence.minerRoster(),
            new MinerCreation(chain, persistence.minerRoster(), tickFrom)),
        new DeadlineService(sharding, chain, persistence.historyReader()),
        pool(prover),
        chain,
        persistence.blockFence(),
        persistence.minerRoster(),
        net,
        new DealService(
            deals.map(
                taken ->
                    new DealService.Served(
                        taken.provider(),
                        taken.deals(),
                        taken.direct(NetworkPolicies.named(settings.network())),
                        taken.publications(),
                        persistence.dealBook(),
                        taken.rules())),
            persistence.historyReader()),
        retrieval(served, persistence));
  }

  private static RetrievalService retrieval(
      Optional<RetrievalView> served, Persistence persistence) {
    return new RetrievalService(served, persistence.pieceIndex()::piece, persistence.pieceDeals());
  }

  /** The piece index is in the store, and so are the claims of proposals. */
  private boolean needsStore() {
    return settings.needsStoreAndChain()
        || retrieval.isWanted()
        || (settings.hasBridge() && DealsSettings.from(config).isPresent());
  }

  private static PoolService pool(ProverNode prover) {
    return new PoolService(prover::status, prover::release);
  }

  private static <T> T await(String what, CompletableFuture<T> answer) {
    try {
      return answer.get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      String reason =
          cause == null || cause.getMessage() == null ? e.toString() : cause.getMessage();
      throw new ConfigurationException(what + " cannot be used: " + reason, e);
    } catch (TimeoutException e) {
      throw new ConfigurationException(what + " did not answer within " + START_LIMIT, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConfigurationException("interrupted while waiting for " + what, e);
    }
  }
}
