package io.granary.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AskPattern;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.client.ClientException;
import io.granary.bridge.client.ClientSettings;
import io.granary.bridge.client.Provider;
import io.granary.bridge.client.ProviderLink;
import io.granary.bridge.deal.DealEndpoint;
import io.granary.bridge.deal.DealEndpointSettings;
import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.protocol.address.Address;
import io.granary.protocol.deal.AskRequest;
import io.granary.protocol.deal.AskResponse;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealStatusRequest;
import io.granary.protocol.deal.DealStatusResponse;
import io.granary.protocol.port.DealBook;
import io.granary.protocol.port.DealDesk;
import io.granary.protocol.port.DealFetcher;
import io.granary.protocol.port.DealFiles;
import io.granary.protocol.port.PieceDeals;
import io.granary.sharding.address.Payers;
import io.granary.sharding.deal.DealCommand;
import io.granary.sharding.deal.DealEntity;
import io.granary.sharding.deal.DealNeighbours;
import io.granary.sharding.deal.DealPorts;
import io.granary.sharding.deal.DealReply;
import io.granary.sharding.deal.DealsSettings;
import io.granary.sharding.deal.LocalDealDesk;
import io.granary.sharding.deal.RulesInForce;
import io.granary.sharding.publish.EscrowReach;
import io.granary.sharding.publish.EscrowSettings;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * A provider as the product is one, from the libp2p stream to the journal, and clients that propose
 * to it. Only the chain is scripted, and deals live outside cluster sharding.
 */
final class ProposalSide implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long END_SECONDS = 60;
  private static final int DESK_THREADS = 2;
  private final ActorSystem<?> system;
  private final DealPorts ports;
  private final Map<DealId, ActorRef<DealCommand>> deals = new ConcurrentHashMap<>();
  private final NettyHost server = host("[\"/ip4/127.0.0.1/tcp/0\"]");
  private final NettyHost client = host("[]");
  private final ExecutorService desk = Executors.newFixedThreadPool(DESK_THREADS);
  private final ExecutorService clients;
  private final int clientCount;

  ProposalSide(ActorSystem<?> system, DealBook book, int clientCount) {
    this.system = system;
    this.clientCount = clientCount;
    this.clients = Executors.newFixedThreadPool(clientCount);
    this.ports =
        new DealPorts(
            DealChain.gateway(),
            absent(DealFetcher.class),
            absent(DealFiles.class),
            book,
            absent(PieceDeals.class),
            absent(DealNeighbours.class),
            InstantSource.system(),
            "bench");
    DealEndpoint unused =
        DealEndpoint.serve(
            server, new Desks(), DealEndpointSettings.from(ConfigFactory.load()), desk);
  }

  private static NettyHost host(String listen) {
    return NettyHost.start(
        Identity.generate(),
        Libp2pSettings.from(
            ConfigFactory.parseString("granary.network-bridge.libp2p.listen = " + listen)
                .withFallback(ConfigFactory.load())
                .resolve()));
  }

  /** A port that an offline deal does not use before its data is imported. */
  private static <T> T absent(Class<T> port) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) ->
                CompletableFuture.failedFuture(
                    new IllegalStateException(method + " is not for a deal that waits"))));
  }

  /** A desk of its own for each provider: what one has under way is no other's burden. */
  private final class Desks implements DealDesk {
    private final Map<Address, LocalDealDesk> desks = new ConcurrentHashMap<>();

    @Override
    public CompletionStage<DealResponse> propose(DealParams params) {
      Address provider = params.proposal().orElseThrow().proposal().provider();
      return desks.computeIfAbsent(provider, this::desk).propose(params);
    }

    private LocalDealDesk desk(Address provider) {
      DealsSettings settings =
          DealsSettings.from(
                  ConfigFactory.parseString(
                          "granary.deals { enabled = on, miner = "
                              + provider
                              + ", limits.under-way-per-client-max = 1000 }")
                      .withFallback(ConfigFactory.load())
                      .resolve())
              .orElseThrow();
      return new LocalDealDesk(
          settings,
          new RulesInForce(settings, ports.book(), ports.clock()),
          ports.chain(),
          new EscrowReach(
              ports.chain(),
              Payers.worker(ports.chain()),
              provider.requireId(),
              EscrowSettings.OFF),
          ports.book(),
          (id, command) -> tell(settings, id, command),
          ports.clock(),
          system.dispatchers().lookup(DispatcherSelector.fromConfig(LocalDealDesk.JUDGES)));
    }

    @Override
    public CompletionStage<DealStatusResponse> status(DealStatusRequest request) {
      return CompletableFuture.completedStage(DealStatusResponse.unknown(request.id()));
    }

    @Override
    public CompletionStage<AskResponse> ask(AskRequest request) {
      return CompletableFuture.completedStage(new AskResponse(Optional.empty()));
    }
  }

  private CompletionStage<DealReply> tell(
      DealsSettings settings, DealId id, Function<ActorRef<DealReply>, DealCommand> command) {
    ActorRef<DealCommand> deal =
        deals.computeIfAbsent(
            id,
            made ->
                PersistSide.spawn(
                    system,
                    DealEntity.create(
                        made.toString(), settings.provider().requireId(), ports, settings.work()),
                    "deal-" + made));
    return AskPattern.ask(deal, command::apply, PATIENCE, system.scheduler());
  }

  /**
   * Proposes as many of {@code proposals} as get their turn within {@code length}.
   *
   * @return accepted a second
   * @throws IOException when one is not accepted
   */
  double run(List<DealParams> proposals, Duration length) throws IOException, InterruptedException {
    ConcurrentLinkedQueue<DealParams> left = new ConcurrentLinkedQueue<>(proposals);
    LongAdder accepted = new LongAdder();
    long start = System.nanoTime();
    long end = start + length.toNanos();
    Callable<Long> work =
        () -> {
          ProviderLink link = link();
          while (System.nanoTime() < end) {
            DealParams next = left.poll();
            if (next == null) {
              break;
            }
            propose(link, next);
            accepted.increment();
          }
          return System.nanoTime();
        };
    List<Future<Long>> running = new ArrayList<>();
    for (int i = 0; i < clientCount; i++) {
      running.add(clients.submit(work));
    }
    try {
      long last = start;
      for (Future<Long> each : running) {
        last = Math.max(last, each.get(END_SECONDS, TimeUnit.SECONDS));
      }
      return accepted.sum() / ((last - start) / 1e9);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("a proposal was not accepted: " + e, e);
    }
  }

  private ProviderLink link() {
    return new ProviderLink(
        client,
        new Provider(
            Address.ofId(ProposalMaker.FIRST_PROVIDER), server.peerId(), server.listenAddresses()),
        ClientSettings.from(ConfigFactory.load()));
  }

  private static void propose(ProviderLink link, DealParams params) {
    DealResponse answer = link.propose(params);
    if (!answer.accepted()) {
      throw new ClientException("refused: " + answer.message());
    }
  }

  @Override
  public void close() {
    clients.shutdownNow();
    client.close();
    server.close();
    desk.shutdownNow();
  }
}
