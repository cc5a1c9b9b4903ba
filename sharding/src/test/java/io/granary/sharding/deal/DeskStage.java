package io.granary.sharding.deal;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.CollateralBounds;
import io.granary.protocol.chain.MarketBalance;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealRules;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import io.granary.sharding.chain.ProvingChain;
import io.granary.sharding.publish.EscrowReach;
import io.granary.sharding.publish.PublishSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A desk, and what it asks: a book and deals in memory, and a chain that is told what to say. */
abstract class DeskStage {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  static final Address PAYER = Address.ofId(77);
  static ActorTestKit kit;
  final MemoryDealBook book = new MemoryDealBook();
  final Map<DealId, DealState> states = new ConcurrentHashMap<>();
  final List<DealId> woken = Collections.synchronizedList(new ArrayList<>());
  Optional<ChainException> clientTrouble = Optional.empty();
  TokenAmount providerFree = TokenAmount.ofFil(1);
  TokenAmount clientFree = TokenAmount.ofFil(1);
  long dataCap = 1L << 40;
  TokenAmount payerHolds = TokenAmount.ZERO;
  Instant now = NOW;
  Executor judges = Runnable::run;
  boolean full;
  boolean chainSilent;
  int signatures;
  final List<String> chainAsked = Collections.synchronizedList(new ArrayList<>());

  @BeforeAll
  static void startKit() {
    kit =
        ActorTestKit.create(
            ConfigFactory.parseString(
                    LocalDealDesk.JUDGES + ".thread-pool-executor.core-pool-size-min = 2")
                .withFallback(ConfigFactory.load()));
  }

  @AfterAll
  static void stopKit() {
    kit.shutdownTestKit();
  }

  static Config config(String... more) {
    return ConfigFactory.parseString(String.join("\n", more))
        .withFallback(
            ConfigFactory.parseString(
                "granary.deals { enabled = on, miner = f01000, limits.under-way-max = 3,"
                    + " limits.under-way-per-client-max = 2 }"))
        .withFallback(ConfigFactory.load());
  }

  LocalDealDesk desk(String... more) {
    ChainGateway chain = chain();
    EscrowReach reach =
        new EscrowReach(
            chain,
            (miner, purpose, value, at) -> CompletableFuture.completedStage(PAYER),
            new ActorId(1000),
            PublishSettings.from(config(more)).escrow());
    DealsSettings settings = DealsSettings.from(config(more)).orElseThrow();
    return new LocalDealDesk(
        settings,
        new RulesInForce(settings, book, () -> now),
        chain,
        reach,
        book,
        this::ask,
        () -> now,
        judges);
  }

  /** Deals that decide as the entity does, and keep their states here. */
  CompletionStage<DealReply> ask(DealId id, Function<ActorRef<DealReply>, DealCommand> command) {
    woken.add(id);
    DealCommand told = command.apply(kit.<DealReply>createTestProbe().getRef());
    Optional<DealState> there = Optional.ofNullable(states.get(id));
    if (told instanceof DealCommand.Propose proposal) {
      if (full) {
        return CompletableFuture.completedStage(
            new DealReply.Answered(DealRules.NO_SPACE.response()));
      }
      if (there.isPresent()) {
        DealState.Known known = (DealState.Known) there.get();
        return CompletableFuture.completedStage(
            new DealReply.Answered(DealDecisions.answer(known, proposal.terms())));
      }
      DealDecisions decisions =
          new DealDecisions(DealsSettings.from(config()).orElseThrow().work());
      DealState after = new DealState.Unknown();
      Stamp stamp = new Stamp(new Epoch(DealFixtures.HEAD), NOW, "node-1");
      for (var event : decisions.proposed(proposal.terms(), proposal.refused(), stamp)) {
        after = after.on(event);
      }
      if (after instanceof DealState.Known) {
        states.put(id, after);
      }
      return CompletableFuture.completedStage(
          new DealReply.Answered(
              proposal.refused().map(no -> no.response()).orElse(DealResponse.yes())));
    }
    return CompletableFuture.completedStage(
        new DealReply.StateIs(there.map(DealState.Known.class::cast), 2, ""));
  }

  ChainGateway chain() {
    ChainGateway proving =
        new ProvingChain(10, io.granary.protocol.miner.MinerFixtures.config()).gateway();
    return (ChainGateway)
        Proxy.newProxyInstance(
            ChainGateway.class.getClassLoader(),
            new Class<?>[] {ChainGateway.class},
            (proxy, method, arguments) -> {
              chainAsked.add(method.getName());
              if (chainSilent) {
                return new CompletableFuture<>();
              }
              return switch (method.getName()) {
                case "head" ->
                    CompletableFuture.completedStage(
                        new TipSet(
                            new TipSetKey(List.of()), List.of(), new Epoch(DealFixtures.HEAD)));
                case "accountKey" ->
                    clientTrouble.isPresent()
                        ? CompletableFuture.failedStage(clientTrouble.get())
                        : CompletableFuture.completedStage(DealFixtures.CLIENT.address());
                case "lookupId" ->
                    clientTrouble.isPresent()
                        ? CompletableFuture.failedStage(clientTrouble.get())
                        : CompletableFuture.completedStage(new ActorId(2000));
                case "call" -> CompletableFuture.failedStage(clientTrouble.orElseThrow());
                case "dealCollateralBounds" ->
                    CompletableFuture.completedStage(
                        new CollateralBounds(TokenAmount.ofAtto(100), TokenAmount.ofFil(1)));
                case "marketBalance" ->
                    CompletableFuture.completedStage(
                        new MarketBalance(
                            (arguments[0].equals(DealFixtures.PROVIDER) ? providerFree : clientFree)
                                .plus(TokenAmount.ofAtto(5)),
                            TokenAmount.ofAtto(5)));
                case "walletBalance" ->
                    CompletableFuture.completedStage(
                        arguments[0].equals(PAYER) ? payerHolds : TokenAmount.ofFil(1_000));
                case "dataCap" ->
                    CompletableFuture.completedStage(Optional.of(BigInteger.valueOf(dataCap)));
                case "walletSign" -> {
                  signatures++;
                  yield CompletableFuture.completedStage(
                      DealFixtures.CLIENT.sign((Bytes) arguments[1]));
                }
                default -> {
                  try {
                    yield method.invoke(proving, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getTargetException();
                  }
                }
              };
            });
  }

  static DealParams online(DealId id, DealProposal proposal) {
    DealParams like = DealFixtures.online(proposal);
    return new DealParams(
        id,
        like.transfer(),
        like.offline(),
        like.dataRoot(),
        like.skipIpniAnnounce(),
        like.proposal(),
        like.removeUnsealedCopy());
  }

  static DealProposal lasting(long more) {
    return lasting(more, DealFixtures.CLIENT.address());
  }

  static DealProposal lasting(long more, Address client) {
    DealProposal like = DealFixtures.proposal();
    return new DealProposal(
        like.piece(),
        like.paddedBytes(),
        like.verified(),
        client,
        like.provider(),
        like.label(),
        like.startEpoch(),
        like.endEpoch().plus(more),
        like.pricePerEpoch(),
        like.providerCollateral(),
        like.clientCollateral());
  }

  static DealId id(long number) {
    return new DealId(new UUID(7, number));
  }

  static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }
}
