package io.granary.ops.deal;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.typed.Cluster;
import io.granary.bridge.deal.DealEndpoint;
import io.granary.bridge.deal.DealEndpointSettings;
import io.granary.bridge.libp2p.P2pHost;
import io.granary.bridge.transfer.HttpDealFetcher;
import io.granary.bridge.transfer.StagedDealFiles;
import io.granary.bridge.transfer.Staging;
import io.granary.bridge.transfer.TransferSettings;
import io.granary.ops.presence.Presence;
import io.granary.ops.presence.PresencePorts;
import io.granary.ops.presence.PresenceSettings;
import io.granary.protocol.ActorId;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.DealBook;
import io.granary.protocol.port.PieceDeals;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.signature.CurveLibrary;
import io.granary.prover.storage.SharedStaging;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.storage.StoragePaths;
import io.granary.sharding.EntityReports;
import io.granary.sharding.ShardedDeals;
import io.granary.sharding.ShardingSetup;
import io.granary.sharding.address.SenderChoice;
import io.granary.sharding.deal.DealLimits;
import io.granary.sharding.deal.DealPorts;
import io.granary.sharding.deal.DealTicks;
import io.granary.sharding.deal.Deals;
import io.granary.sharding.deal.DealsSettings;
import io.granary.sharding.deal.DirectDealDesk;
import io.granary.sharding.deal.DirectDeals;
import io.granary.sharding.deal.LocalDealDesk;
import io.granary.sharding.deal.RulesInForce;
import io.granary.sharding.miner.MinerCommand;
import io.granary.sharding.miner.MinerReply;
import io.granary.sharding.publish.EscrowReach;
import io.granary.sharding.publish.Publications;
import io.granary.sharding.publish.PublisherPorts;
import java.io.Closeable;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deals of one provider on one node. Made on every node that serves deals, whatever its roles;
 * what a role adds is begun by {@link #beginEntities} or {@link #beginProxies}, and {@link
 * #listen}.
 */
public final class DealNode {
  private static final Logger LOG = LoggerFactory.getLogger(DealNode.class);

  /** Files read at once for their commitment, each with a processor of its own. */
  private static final int FILE_THREADS = 2;

  private static final long IDLE_SECONDS = 30;

  private final ActorSystem<?> system;
  private final DealsSettings settings;
  private final ChainGateway chain;
  private final DealBook book;
  private final RulesInForce rules;
  private final PieceDeals pieces;
  private final ShardedDeals deals;
  private final DealTicks ticks;
  private final EntityReports entities;
  private final InstantSource clock;

  /** Nothing is begun by this. */
  public DealNode(
      ActorSystem<?> system,
      DealsSettings settings,
      ChainGateway chain,
      DealBook book,
      PieceDeals pieces,
      EntityReports entities,
      InstantSource clock) {
    this.system = system;
    this.settings = settings;
    this.chain = chain;
    this.book = book;
    this.rules = new RulesInForce(settings, book, clock);
    this.pieces = pieces;
    this.deals = new ShardedDeals(entities, settings.answerTimeout());
    this.ticks = new DealTicks(provider(), book, deals::tick, settings.restLookEpochs());
    this.entities = entities;
    this.clock = clock;
  }

  /** Whose deals these are. */
  public ActorId provider() {
    return settings.provider().requireId();
  }

  /** The way to each deal, from here. */
  public Deals deals() {
    return deals;
  }

  /** Where operators bring direct deals of this provider, on {@code network}. */
  public DirectDeals direct(NetworkPolicy network) {
    return new DirectDealDesk(
        settings, rules, network, chain, book, deals, clock, () -> new DealId(UUID.randomUUID()));
  }

  /** The way to the provider's publisher, from here. */
  public Publications publications() {
    return deals;
  }

  /** What proposals are judged by, and how it is set: by this node's desks from then on. */
  public RulesInForce rules() {
    return rules;
  }

  /** What the miners that live on this node are to tell of heads: for deals and their publisher. */
  public BiConsumer<ActorId, Tick> heads() {
    return (miner, tick) -> {
      if (miner.equals(provider())) {
        entities.tickPublisher(miner, tick);
      }
      ticks.accept(miner, tick);
    };
  }

  /**
   * Lets deals and their publisher live on this node, which has to be of the role {@value
   * ShardingSetup#ROLE}. Data is staged where this node shares that with others, or else on the
   * storage path for what is kept beside sectors.
   *
   * @param storage this node's; must have one or the other
   * @param publishing how deals are published, and from which addresses
   * @param sweep how staging is kept free of what no deal needs
   * @param node its name, for the stamps of events
   * @return ends transfers and the reading of files; what is on disk stays
   * @throws IllegalArgumentException when it has neither
   * @throws io.granary.bridge.transfer.StagingException when the staging folder cannot be made
   */
  public Closeable beginEntities(
      StoragePaths storage,
      TransferSettings transfers,
      PublishingSettings publishing,
      StagingSweepSettings sweep,
      String node) {
    Staging staging = staging(storage);
    HttpDealFetcher fetcher = new HttpDealFetcher(transfers, staging);
    ThreadPoolExecutor disk = fileThreads(DealLimits.UNDER_WAY_CEILING);
    ShardingSetup.initDeals(
        ClusterSharding.get(system),
        provider(),
        new DealPorts(
            chain,
            fetcher,
            new StagedDealFiles(storage::stagingRoot, staging, transfers.importFolders(), disk),
            book,
            pieces,
            deals,
            clock,
            node),
        settings.work());
    ShardingSetup.initPublishers(
        ClusterSharding.get(system),
        new PublisherPorts(
            chain, entities, new SenderChoice(chain, publishing.addresses()), deals, clock, node),
        publishing.publish());
    StagingSweep sweeping =
        StagingSweep.start(
            new StagingSweep.Ports(
                staging,
                staging.storageId(),
                deals,
                chain,
                fetcher,
                this::processes,
                settings.answerTimeout()),
            sweep);
    return () -> {
      sweeping.close();
      fetcher.close();
      disk.shutdownNow();
    };
  }

  private Staging staging(StoragePaths storage) {
    if (storage.sharedStaging().isPresent()) {
      SharedStaging shared = storage.sharedStaging().get();
      LOG.info("deals of {} are staged on {}, with other nodes", provider(), shared.root());
      return Staging.shared(
          shared.id(), shared.root(), Cluster.get(system).selfMember().uniqueAddress().longUid());
    }
    StoragePath home =
        storage
            .home()
            .orElseThrow(
                () -> new IllegalArgumentException("deals need a storage path to be staged on"));
    LOG.info("deals of {} are staged on {}", provider(), home.root());
    return Staging.open(home.id(), home.root());
  }

  /** A member's number in the cluster is of its process, and names what that stages. */
  private Set<String> processes() {
    Set<String> processes = new HashSet<>();
    Cluster.get(system)
        .state()
        .getMembers()
        .forEach(member -> processes.add(Staging.processName(member.uniqueAddress().longUid())));
    return processes;
  }

  /** A deal asks one thing at a time, so that as many wait as are under way at most. */
  private static ThreadPoolExecutor fileThreads(int waitingMax) {
    AtomicInteger count = new AtomicInteger();
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            FILE_THREADS,
            FILE_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waitingMax),
            work -> {
              Thread thread = new Thread(work, "deal-files-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** Makes deals and their publisher reachable from this node, where none live. */
  public void beginProxies() {
    ShardingSetup.initDealProxies(ClusterSharding.get(system));
  }

  /**
   * Answers what clients ask over libp2p from now on, as long as {@code host} runs.
   *
   * @param publishing as where deals live: what may be added to the provider's escrow counts
   */
  public DealEndpoint listen(
      P2pHost host, DealEndpointSettings endpoint, PublishingSettings publishing) {
    sayWhoChecks();
    EscrowReach reach =
        new EscrowReach(
            chain,
            new SenderChoice(chain, publishing.addresses()),
            provider(),
            publishing.publish().escrow());
    Executor judges =
        system.dispatchers().lookup(DispatcherSelector.fromConfig(LocalDealDesk.JUDGES));
    LocalDealDesk desk =
        new LocalDealDesk(settings, rules, chain, reach, book, deals, clock, judges);
    return DealEndpoint.serve(
        host, desk, endpoint, task -> system.executionContext().execute(task));
  }

  private static void sayWhoChecks() {
    CurveLibrary.trouble()
        .ifPresentOrElse(
            why ->
                LOG.warn(
                    "secp256k1 signatures of clients are checked by {}, which is slow:"
                        + " libsecp256k1 cannot be loaded: {}",
                    CurveLibrary.inUse(),
                    why),
            () ->
                LOG.info(
                    "secp256k1 signatures of clients are checked by {}", CurveLibrary.inUse()));
  }

  /**
   * Keeps the provider to be found at {@code host} by what the chain says, from now on.
   *
   * @param node its name
   * @param memory a file for what is kept of that over restarts
   */
  public Presence beFound(P2pHost host, PresenceSettings presence, String node, Path memory) {
    return Presence.start(
        system,
        new PresencePorts(provider(), chain, this::payer, entities, memory, clock),
        presence,
        node,
        host.peerId(),
        host.publicAddresses());
  }

  private CompletionStage<Address> payer() {
    return entities
        .miner(provider())
        .ask(MinerCommand.Describe::new, settings.answerTimeout())
        .thenApply(
            reply ->
                ((MinerReply.Overview) reply)
                    .config()
                    .orElseThrow(
                        () -> new IllegalStateException(provider() + " is not read from the chain"))
                    .senderFor(MessagePurpose.OTHER));
  }
}
