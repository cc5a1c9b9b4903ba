package io.granary.sharding.deal;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.chain.MarketDeal;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.chain.VerifiedAllocation;
import io.granary.protocol.chain.VerifiedClaim;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.MemoryPieceDeals;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.DealFetcher;
import io.granary.protocol.port.DealFiles;
import io.granary.protocol.publish.Payable;
import io.granary.protocol.publish.PublicationQuery;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import io.granary.sharding.miner.MinerReply;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A deal, and around it a world played by hand: heads, transfers, files, sector and chain. */
final class DealStage {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration RETRY_DELAY_MAX = Duration.ofMillis(100);

  /** How often a deal is offered again to the publisher that refused it. */
  static final int REFUSED_RETRIES_MAX = 2;

  /** A transfer that the deal began, and whose end the test says. */
  record Fetch(
      DealFetcher.Order order,
      DealFetcher.Watcher watcher,
      CompletableFuture<DealFetcher.End> end) {}

  final DealId id;
  final MemoryDealBook book = new MemoryDealBook();
  final MemoryPieceDeals pieces = new MemoryPieceDeals();
  final List<String> told = Collections.synchronizedList(new ArrayList<>());
  final List<PieceSource> ordered = Collections.synchronizedList(new ArrayList<>());
  final List<String> orderIds = Collections.synchronizedList(new ArrayList<>());
  volatile Commitment hash = DealFixtures.COMM_P;
  volatile boolean unreadable;
  volatile long room = Long.MAX_VALUE;
  volatile String sectorState = "Filling";

  /** What the sectors find of a piece, by its source. */
  volatile Map<String, Commitment> damaged = Map.of();

  volatile PublicationStanding standing = new PublicationStanding.Waiting("");
  final List<Payable> payables = Collections.synchronizedList(new ArrayList<>());
  final List<PublicationQuery> queries = Collections.synchronizedList(new ArrayList<>());
  volatile Optional<SectorOnChain> onChain = Optional.empty();
  volatile Optional<VerifiedClaim> claim = Optional.empty();
  volatile Optional<MarketDeal> onMarket = Optional.empty();
  volatile Optional<VerifiedAllocation> allocation =
      Optional.of(
          new VerifiedAllocation(
              new ActorId(2000),
              DealFixtures.PROVIDER.requireId(),
              Cid.commP(DealFixtures.COMM_P),
              2048,
              518_400,
              1_051_200,
              new Epoch(DealFixtures.HEAD + 100_000)));
  private final ActorTestKit kit;
  private final BlockingQueue<Fetch> fetches = new LinkedBlockingQueue<>();
  private final BlockingQueue<CompletableFuture<DealFetcher.End>> copies =
      new LinkedBlockingQueue<>();
  private ActorRef<DealCommand> deal;
  private volatile Duration ahead = Duration.ZERO;
  private long epoch = DealFixtures.HEAD;

  DealStage(ActorTestKit kit, DealId id) {
    this.kit = kit;
    this.id = id;
    this.deal = spawn();
  }

  private ActorRef<DealCommand> spawn() {
    return kit.spawn(
        DealEntity.create(
            id.toString(),
            new ActorId(1000),
            new DealPorts(
                chain(),
                new ByHand(),
                new Files(),
                book,
                pieces,
                new Neighbours(),
                () -> Instant.now().plus(ahead),
                "node-1"),
            new DealWorkSettings(
                Duration.ofMillis(20),
                RETRY_DELAY_MAX,
                900,
                Duration.ofHours(1),
                2,
                REFUSED_RETRIES_MAX)));
  }

  /** As when the cluster moves it: stopped here, started there. */
  void move() {
    kit.stop(deal, LIMIT);
    deal = spawn();
  }

  void tick() {
    tick(epoch + 1);
  }

  /** The deal's clock goes past the longest wait before a retry. */
  void passRetryDelay() {
    ahead = ahead.plus(RETRY_DELAY_MAX);
  }

  void tick(long to) {
    tick(to, Instant.now());
  }

  void tick(long to, Instant since) {
    epoch = to;
    deal.tell(
        new DealCommand.Ticked(
            new Tick(new Epoch(to), new TipSetKey(List.of(Cid.commP(hash))), Instant.now()),
            since));
  }

  void tell(DealCommand command) {
    deal.tell(command);
  }

  DealTerms with(DealTerms like) {
    return new DealTerms(
        id,
        like.contract(),
        like.delivery(),
        like.dataRoot(),
        like.announce(),
        like.keepUnsealed());
  }

  DealReply ask(Function<ActorRef<DealReply>, DealCommand> command) {
    TestProbe<DealReply> probe = kit.createTestProbe();
    deal.tell(command.apply(probe.getRef()));
    return probe.receiveMessage(LIMIT);
  }

  DealReply propose(DealTerms terms) {
    return ask(to -> new DealCommand.Propose(terms, Optional.empty(), to));
  }

  Optional<DealState.Known> state() {
    return ((DealReply.StateIs) ask(DealCommand.Describe::new)).state();
  }

  /** Waits until the deal is in a state of {@code type}. */
  <S extends DealState.Known> S await(Class<S> type) {
    return kit.<Object>createTestProbe()
        .awaitAssert(
            LIMIT,
            () -> {
              Optional<DealState.Known> now = state();
              assertThat(now).containsInstanceOf(type);
              return type.cast(now.orElseThrow());
            });
  }

  void awaitAssert(Runnable check) {
    kit.<Object>createTestProbe()
        .awaitAssert(
            LIMIT,
            () -> {
              check.run();
              return true;
            });
  }

  /** The transfer that the deal begins next. */
  Fetch fetch() throws InterruptedException {
    return Objects.requireNonNull(
        fetches.poll(LIMIT.toSeconds(), TimeUnit.SECONDS), "no transfer was begun");
  }

  /** Where an operator's file is copied to. */
  StagedFile copy() {
    return new StagedFile("path-1", "deal-staging/" + id + ".data", 2000);
  }

  /** The copying of a file whose name ends in {@code slow}, begun next. */
  CompletableFuture<DealFetcher.End> slowCopy() throws InterruptedException {
    return Objects.requireNonNull(
        copies.poll(LIMIT.toSeconds(), TimeUnit.SECONDS), "no copying was begun");
  }

  private ChainGateway chain() {
    return (ChainGateway)
        Proxy.newProxyInstance(
            ChainGateway.class.getClassLoader(),
            new Class<?>[] {ChainGateway.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "toString" -> "chain by hand";
                  case "head" ->
                      CompletableFuture.failedStage(
                          new ChainException(ChainException.CONNECTION_LOST, "no node"));
                  case "lookupId" -> CompletableFuture.completedStage(new ActorId(2000));
                  case "pendingDealAllocation" ->
                      CompletableFuture.completedStage(1_000 + (Long) arguments[0]);
                  case "marketDeal" ->
                      onMarket
                          .<CompletionStage<MarketDeal>>map(CompletableFuture::completedStage)
                          .orElseGet(
                              () ->
                                  CompletableFuture.failedStage(
                                      new ChainException(
                                          1,
                                          "deal " + arguments[0] + " not found - deal may not")));
                  case "allocation" -> CompletableFuture.completedStage(allocation);
                  case "claim" -> CompletableFuture.completedStage(claim);
                  case "sector" -> CompletableFuture.completedStage(onChain);
                  default -> throw new AssertionError("not asked here: " + method);
                });
  }

  private final class ByHand implements DealFetcher {
    @Override
    public CompletionStage<End> fetch(Order order, Watcher watcher) {
      Fetch fetch = new Fetch(order, watcher, new CompletableFuture<>());
      fetches.add(fetch);
      return fetch.end();
    }

    @Override
    public CompletionStage<End> copy(
        DealId of, StagedFile imported, PieceInfo piece, Watcher watcher) {
      told.add("copy " + imported.path());
      if (imported.path().endsWith("slow")) {
        CompletableFuture<End> end = new CompletableFuture<>();
        copies.add(end);
        return end;
      }
      return CompletableFuture.completedStage(
          unreadable
              ? new End.Refused("read error")
              : new End.Complete(DealStage.this.copy(), hash));
    }

    @Override
    public void stop(DealId of) {
      told.add("stop " + of);
    }

    @Override
    public CompletionStage<Long> room() {
      return room < 0
          ? CompletableFuture.failedStage(new IOException("no disk"))
          : CompletableFuture.completedStage(room);
    }

    @Override
    public CompletionStage<Void> release(DealId of) {
      told.add("release " + of);
      return CompletableFuture.allOf();
    }
  }

  private final class Files implements DealFiles {
    @Override
    public CompletionStage<StagedFile> adopt(String path, long payloadBytesMax) {
      return path.endsWith("none")
          ? CompletableFuture.failedStage(new IOException("no such file: " + path))
          : CompletableFuture.completedStage(new StagedFile(StagedFile.IMPORTED, path, 2000));
    }

    @Override
    public CompletionStage<Commitment> commP(StagedFile file, PieceInfo piece) {
      return unreadable
          ? CompletableFuture.failedStage(new IOException("read error"))
          : CompletableFuture.completedStage(hash);
    }

    @Override
    public CompletionStage<String> source(StagedFile file) {
      return CompletableFuture.completedStage("/staging/" + file.path());
    }
  }

  private final class Neighbours implements DealNeighbours {
    @Override
    public CompletionStage<MinerReply> order(ActorId miner, String orderId, PieceSource piece) {
      orderIds.add(orderId);
      ordered.add(piece);
      return CompletableFuture.completedStage(
          new MinerReply.Ordered(SectorId.of(1000, 6 + orderIds.size())));
    }

    @Override
    public void withdraw(ActorId miner, DealId of) {
      told.add("withdraw " + of);
    }

    @Override
    public CompletionStage<PublicationStanding> publication(
        ActorId provider, PublicationQuery query) {
      queries.add(query);
      return CompletableFuture.completedStage(standing);
    }

    @Override
    public void payable(ActorId provider, Payable payable) {
      payables.add(payable);
    }

    @Override
    public CompletionStage<SectorStanding> sector(SectorId sector) {
      return CompletableFuture.completedStage(new SectorStanding(sectorState, Map.of(), damaged));
    }
  }
}
