package io.granary.ops.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Props;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.NetworkBridgeSettings;
import io.granary.bridge.chain.LotusChainGateway;
import io.granary.bridge.deal.DealEndpointSettings;
import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.reach.ReachSettings;
import io.granary.bridge.libp2p.reach.ReachWatch;
import io.granary.bridge.transfer.TransferSettings;
import io.granary.devnet.Devnet;
import io.granary.devnet.DevnetSettings;
import io.granary.ops.client.NodeClient;
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
import io.granary.ops.http.SectorService;
import io.granary.ops.http.UnsealService;
import io.granary.ops.node.NodeConfiguration;
import io.granary.ops.presence.PresenceSettings;
import io.granary.ops.retrieval.PoolDecoder;
import io.granary.ops.retrieval.StorageNodes;
import io.granary.protocol.SectorId;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.MemoryPieceDeals;
import io.granary.protocol.job.JobId;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.OpenFence;
import io.granary.protocol.sector.SectorEvent;
import io.granary.prover.JobClass;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.pool.JobKey;
import io.granary.prover.pool.PoolStatus;
import io.granary.prover.pool.Resources;
import io.granary.prover.storage.BlobStore;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.storage.StoragePaths;
import io.granary.prover.transfer.TransferClient;
import io.granary.prover.transfer.TransferSecret;
import io.granary.sharding.EntityReports;
import io.granary.sharding.ShardingSettings;
import io.granary.sharding.ShardingSetup;
import io.granary.sharding.Ticker;
import io.granary.sharding.TickerCommand;
import io.granary.sharding.deal.DealCommand;
import io.granary.sharding.deal.DealReply;
import io.granary.sharding.deal.DealsSettings;
import io.granary.sharding.sector.SectorEntity;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** See the package's description. Its miner works for itself; sectors seal within seconds. */
public final class ManagementStage implements AutoCloseable {
  /** Long enough for a loaded machine; what is waited for takes a few seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String NODE = "node-1";
  private static final String SETTINGS =
      """
      akka.cluster.roles = [sector, bridge, ops]
      akka.cluster.jmx.multi-mbeans-in-same-jvm = on
      akka.coordinated-shutdown.exit-jvm = off
      akka.loglevel = WARNING
      akka.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
      akka.persistence.testkit.events.serialize = off
      akka.persistence.testkit.snapshots.serialize = off
      granary.devnet { block-time = 100ms, chain { challenge-window = 20 } }
      granary.network-bridge.chain.address-prefix = t
      granary.deals { enabled = on, miner = f01001, ask.price = "0" }
      granary.deals.publish { wait-max = 0s, again-epochs = 2, escrow.daily-max = "1000" }
      granary.deals.publish.start-slack-epochs = 20
      granary.deals { seal-epochs = 100, finality-epochs = 20 }
      granary.deals.settle { every-epochs = 10, again-epochs = 5, cost-percent = 100 }
      granary.network-bridge.libp2p.announce = ["/dns4/sp.example/tcp/4001"]
      granary.node.presence { every = 1s, patience = 0s }
      granary.network-bridge.transfers { allow-private-addresses = on, disk-reserve = 0 }
      granary.sharding.sector.job-failures-max = 1
      granary.sharding.sector.retry-delay-min = 10ms
      """;

  private final MemoryPieceDeals pieceDeals = new MemoryPieceDeals();
  private final Path folder = Files.createTempDirectory("granary-management");
  private final Devnet devnet;
  private final LotusChainGateway chain;
  private final ActorTestKit kit;
  private final StoragePaths storage;
  private final InstantPool pool;
  private final NettyHost peer;
  private final DealNode deals;
  private final Closeable dealEntities;
  private final ManagementServer server;
  private final ManagementApi api;
  private final List<String> released = new CopyOnWriteArrayList<>();
  private final NodeClient client;
  private final String miner;

  ManagementStage() throws IOException {
    Config defaults =
        ConfigFactory.parseString(SETTINGS)
            .withFallback(PersistenceTestKitPlugin.getInstance().config())
            .withFallback(PersistenceTestKitSnapshotPlugin.config())
            .withFallback(ConfigFactory.parseResources("granary-akka.conf"));
    devnet =
        Devnet.start(
            DevnetSettings.from(ConfigFactory.load(defaults)).at(folder.resolve("devnet"), 0),
            new AcceptingVerifier());
    Config config =
        ConfigFactory.load(
            ConfigFactory.parseString(
                    "granary.network-bridge.chain.nodes = [{ url = "
                        + NodeConfiguration.quoted(devnet.url().toString())
                        + ", token-file = "
                        + NodeConfiguration.quoted(devnet.tokenFile().toString())
                        + " }]")
                .withFallback(defaults));
    chain = new LotusChainGateway(NetworkBridgeSettings.from(config), new SecureRandom());
    kit = ActorTestKit.create("management", config);
    Path path = folder.resolve("storage");
    StoragePath.create(path, 10, true, true, 0);
    storage = StoragePaths.open(new ProverWorkersSettings.Storage(List.of(path), 0, 2));
    BlobStore blobs = new BlobStore(storage);
    pool = new InstantPool(blobs, storage.paths().get(0));
    peer = NettyHost.start(Identity.generate(), Libp2pSettings.from(config));
    OperatorDesk desk = new OperatorDesk(NODE);
    EntityReports entities = entities(desk);
    MemoryDealBook book = new MemoryDealBook();
    deals =
        new DealNode(
            kit.system(),
            DealsSettings.from(config).orElseThrow(),
            chain,
            book,
            pieceDeals,
            entities,
            InstantSource.system());
    PublishingSettings publishing = PublishingSettings.from(config);
    dealEntities =
        deals.beginEntities(
            storage,
            TransferSettings.from(config),
            publishing,
            StagingSweepSettings.from(config),
            NODE);
    assertThat(deals.listen(peer, DealEndpointSettings.from(config), publishing).requests())
        .isZero();
    api = api(config, blobs, desk, entities, book);
    server = ManagementServer.bind(kit.system(), "127.0.0.1", 0, api).toCompletableFuture().join();
    client = new NodeClient(address());
    miner =
        client
            .post("/v1/miners", JsonNodeFactory.instance.objectNode().put("sectorSize", "2KiB"))
            .path("miner")
            .asText();
    assertThat(miner).as("whose deals are served").isEqualTo(deals.provider().toString());
  }

  private EntityReports entities(OperatorDesk desk) {
    Cluster cluster = Cluster.get(kit.system());
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    EntityReports entities = new EntityReports(ClusterSharding.get(kit.system()), desk);
    pool.reportTo(entities);
    return entities;
  }

  private ManagementApi api(
      Config config,
      BlobStore blobs,
      OperatorDesk desk,
      EntityReports entities,
      MemoryDealBook book) {
    ClusterSharding sharding = ClusterSharding.get(kit.system());
    MemorySummaries summaries = new MemorySummaries();
    MemoryHistory history = new MemoryHistory(this::journal);
    MemoryRoster roster = new MemoryRoster();
    NetworkPolicy network =
        NetworkPolicy.LOTUS_2K
            .withConfidence(1, 1)
            .withPreCommitChallengeDelay(
                chain.networkParams().toCompletableFuture().join().preCommitChallengeDelay());
    ShardingSetup.init(
        sharding,
        entities,
        new ShardingSetup.Outside(
            chain,
            pool,
            new OpenFence(),
            summaries,
            history,
            pieceDeals,
            network,
            InstantSource.system(),
            NODE),
        ShardingSettings.from(config),
        deals.heads());
    ActorRef<TickerCommand> ticker =
        kit.system()
            .systemActorOf(
                Ticker.create(
                    chain,
                    roster,
                    entities::tick,
                    InstantSource.system(),
                    ShardingSettings.from(config).ticker()),
                "ticker",
                Props.empty());
    return new ManagementApi(
        new ClusterService(kit.system()),
        new SectorService(sharding, summaries, history),
        new UnsealService(
            history,
            new PoolDecoder(
                desk,
                pool,
                blobs,
                new StorageNodes(
                    () -> CompletableFuture.completedStage(Map.of()), transfers(config)),
                UnsealService.LIMIT),
            Runnable::run),
        new MinerService(
            sharding,
            chain,
            roster,
            new MinerCreation(chain, roster, m -> ticker.tell(new TickerCommand.AddMiner(m)))),
        new DeadlineService(sharding, chain, history),
        new PoolService(
            ManagementStage::poolStatus,
            (worker, jobClass) -> released.add(worker + " " + jobClass)),
        chain,
        new MemoryBlocks(),
        roster,
        new NetService(
            Optional.of(peer),
            Optional.of(ReachWatch.start(peer, ReachSettings.from(config), InstantSource.system())),
            Optional.of(
                deals.beFound(
                    peer,
                    PresenceSettings.from(config),
                    NODE,
                    folder.resolve("absent-addresses.json")))),
        new DealService(
            Optional.of(
                new DealService.Served(
                    deals.provider(),
                    deals.deals(),
                    deals.direct(network),
                    deals.publications(),
                    book,
                    deals.rules())),
            history),
        ServedPieces.service());
  }

  private static CompletionStage<PoolStatus> poolStatus(int waitingMax) {
    JobKey key = new JobKey(new JobId("ab".repeat(32)), 2);
    return CompletableFuture.completedFuture(
        new PoolStatus(
            List.of(
                new PoolStatus.WorkerStatus(
                    "worker-1",
                    120,
                    Map.of(JobClass.GPU, 1, JobClass.SDR, 2),
                    List.of(new PoolStatus.RunningStatus(key, JobClass.GPU, "f01001/7", 61_500)),
                    Resources.NONE,
                    List.of(new PoolStatus.QuarantineStatus(JobClass.SDR, "it dies", 60_000)),
                    Optional.empty())),
            List.of(new PoolStatus.WaitingStatus(key, JobClass.SDR, "f01001/8", 3000, 500)),
            7));
  }

  private static TransferClient transfers(Config config) {
    ProverWorkersSettings settings = ProverWorkersSettings.from(config);
    return new TransferClient(
        settings.transfer(),
        TransferSecret.of(settings.transfer()),
        () -> InstantSource.system().instant().getEpochSecond());
  }

  /** Where management HTTP listens. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + server.address().getPort());
  }

  public NodeClient client() {
    return client;
  }

  public ManagementApi managementApi() {
    return api;
  }

  public akka.actor.typed.ActorSystem<?> system() {
    return kit.system();
  }

  /** Workers and classes that the pool was told to release. */
  public List<String> released() {
    return List.copyOf(released);
  }

  /** The miner that every test may order sectors of, f0…. */
  public String miner() {
    return miner;
  }

  /** This node as a peer, which serves deals. */
  public NettyHost peer() {
    return peer;
  }

  /** The chain that the node speaks to. */
  public ChainGateway chain() {
    return chain;
  }

  /** A deal that was accepted. */
  public DealId propose(DealTerms terms) {
    DealReply reply =
        deals
            .deals()
            .ask(terms.id(), to -> new DealCommand.Propose(terms, Optional.empty(), to))
            .toCompletableFuture()
            .join();
    assertThat(reply).isEqualTo(new DealReply.Answered(DealResponse.yes()));
    return terms.id();
  }

  /** The journal's events of a persistence id. */
  public List<?> journal(String persistenceId) {
    return PersistenceTestKit.create(kit.system()).persistedInStorage(persistenceId);
  }

  public List<SectorEvent> journal(SectorId sector) {
    return journal(SectorEntity.persistenceId(sector).id()).stream()
        .map(SectorEvent.class::cast)
        .toList();
  }

  /** Orders a sector of {@link #miner}; the miner may not be read from the chain yet. */
  public SectorId order(ObjectNode body) {
    return SectorId.parse(
        await()
            .atMost(PATIENCE)
            .ignoreExceptions()
            .until(() -> client.post("/v1/miners/" + miner + "/sectors", body), a -> true)
            .path("sector")
            .asText());
  }

  /** A new committed-capacity sector. */
  public SectorId order() {
    return order(JsonNodeFactory.instance.objectNode());
  }

  /** Waits until the sector's live state is called {@code state}; the whole answer. */
  public JsonNode awaitState(SectorId sector, String state) {
    return await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> client.get("/v1/sectors/" + sector),
            answer -> answer.path("state").path("state").asText().equals(state));
  }

  /** A file of {@code bytes} bytes on the node's machine. */
  public Path file(int bytes) throws IOException {
    return Files.write(Files.createTempFile(folder, "piece", ""), new byte[bytes]);
  }

  /** A sector that is parked because its piece cannot be read. */
  public Parked orderParked() throws IOException {
    Path piece = file(100);
    pool.fail(piece);
    SectorId sector = order(JsonNodeFactory.instance.objectNode().put("file", piece.toString()));
    awaitState(sector, "Parked");
    return new Parked(sector, piece);
  }

  /** A parked sector, and the piece to {@link #mend}. */
  public record Parked(SectorId sector, Path piece) {}

  /** What parked the sector is over; a retry will do. */
  public void mend(Parked parked) {
    pool.mend(parked.piece());
  }

  @Override
  public void close() throws IOException {
    server.close();
    peer.close();
    dealEntities.close();
    kit.shutdownTestKit();
    chain.close();
    devnet.close();
    storage.close();
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
