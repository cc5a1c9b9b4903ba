package io.granary.sharding.publish;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BareValue;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealLabel;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.CallResult;
import io.granary.protocol.chain.CollateralBounds;
import io.granary.protocol.chain.MarketBalance;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.MinerInfo;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealPayment;
import io.granary.protocol.deal.Publication;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.Messages;
import io.granary.protocol.publish.Payable;
import io.granary.protocol.publish.PublicationQuery;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.protocol.publish.PublisherState;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.signature.WalletKey;
import io.granary.protocol.winning.WinningFixtures;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A publisher, its deals, a market and a sender: messages land when the test says so. */
final class PublishStage implements Messages {
  static final Duration LIMIT = Duration.ofSeconds(20);
  static final TokenAmount COLLATERAL_MIN = TokenAmount.ofAtto(100);
  static final WalletKey POOR =
      WalletKey.derive(Signature.Kind.SECP256K1, "poor".getBytes(StandardCharsets.UTF_8));
  static final SettleSettings SETTLE =
      new SettleSettings(true, 1_000, 10, 3, 10, false, 4, 120, 50);
  static final PublishSettings SETTINGS =
      new PublishSettings(8, Duration.ZERO, 100, 120, 5, 3, 100, 2, EscrowSettings.OFF, SETTLE);

  /** What a settlement takes for each of its deals, in attoFIL. */
  static final long COST_PER_DEAL = 150;

  private static final Address SENDER = DealFixtures.CLIENT.address();

  final ActorId provider;
  final FakeMarket market = new FakeMarket();
  final Map<DealId, ClientDealProposal> deals = new LinkedHashMap<>();
  final Map<DealId, String> refused = new LinkedHashMap<>();
  final Map<DealId, Publication> published = new LinkedHashMap<>();
  private final Map<DealId, String> intents = new HashMap<>();
  private final ActorTestKit kit;
  private final PublishSettings settings;
  private final Map<String, MessageIntent> open = new LinkedHashMap<>();
  private final Map<String, MessageReport.Landed> landed = new LinkedHashMap<>();
  private final Map<String, MessageIntent> submitted = new LinkedHashMap<>();
  private final List<String> changed = new ArrayList<>();
  private final Map<String, MessageReport.GaveUp> givenUp = new HashMap<>();
  private final List<Message> calls = new ArrayList<>();
  private final Map<DealId, List<DealPayment>> payments = new HashMap<>();
  private int paidAsked;
  private ActorRef<PublisherCommand> publisher;
  private long epoch = DealFixtures.HEAD;
  private int named;

  PublishStage(ActorTestKit kit, long provider, PublishSettings settings) {
    this.kit = kit;
    this.provider = new ActorId(provider);
    this.settings = settings;
    market.free.put(Address.ofId(provider), TokenAmount.ofFil(1));
    market.free.put(DealFixtures.CLIENT.address(), TokenAmount.ofFil(1));
    this.publisher = spawn();
  }

  private ActorRef<PublisherCommand> spawn() {
    return kit.spawn(
        PublisherEntity.create(
            provider,
            new PublisherPorts(
                chain(),
                this,
                (miner, purpose, value, at) -> CompletableFuture.completedStage(SENDER),
                this::paid,
                InstantSource.system(),
                "node-1"),
            settings));
  }

  /** A deal is told of a payment; every other question goes unanswered. */
  private synchronized CompletionStage<Optional<String>> paid(DealId deal, DealPayment payment) {
    if (paidAsked++ % 2 == 0) {
      return CompletableFuture.failedStage(new IllegalStateException("no answer in time"));
    }
    List<DealPayment> known = payments.computeIfAbsent(deal, first -> new ArrayList<>());
    if (!known.contains(payment)) {
      known.add(payment);
    }
    return CompletableFuture.completedStage(Optional.empty());
  }

  /** What {@code deal} has of payments in its journal. */
  synchronized List<DealPayment> paymentsOf(DealId deal) {
    return List.copyOf(payments.getOrDefault(deal, List.of()));
  }

  /** An active deal says what it is to be paid. */
  void register(Payable payable) {
    publisher.tell(new PublisherCommand.Register(payable));
  }

  /** Dies here, lives on there. */
  void kill() {
    kit.stop(publisher, LIMIT);
    publisher = spawn();
  }

  // Deals

  DealProposal proposal(Address client, long start, long collateral) {
    DealProposal like = DealFixtures.proposal();
    return new DealProposal(
        like.piece(),
        like.paddedBytes(),
        false,
        client,
        Address.ofId(provider),
        new DealLabel.Text("deal " + ++named),
        new Epoch(start),
        new Epoch(start + 518_400),
        like.pricePerEpoch(),
        TokenAmount.ofAtto(collateral),
        TokenAmount.ZERO);
  }

  /** A deal that nothing is wrong with. */
  DealProposal good() {
    return proposal(DealFixtures.CLIENT.address(), DealFixtures.HEAD + 5_760, 120);
  }

  DealId add(DealProposal proposal) {
    WalletKey signer = proposal.client().equals(POOR.address()) ? POOR : DealFixtures.CLIENT;
    return add(new ClientDealProposal(proposal, signer.sign(proposal.toCbor())));
  }

  DealId add(ClientDealProposal signed) {
    DealId id = new DealId(new UUID(provider.value(), deals.size()));
    deals.put(id, signed);
    return id;
  }

  /** The deal asks, and keeps what it hears, as its entity does. */
  PublicationStanding ask(DealId deal) {
    TestProbe<PublicationStanding> probe = kit.createTestProbe();
    publisher.tell(
        new PublisherCommand.Ask(
            new PublicationQuery(
                deal,
                Objects.requireNonNull(deals.get(deal)),
                published.containsKey(deal)
                    ? Optional.empty()
                    : Optional.ofNullable(intents.get(deal)),
                Optional.ofNullable(published.get(deal))),
            probe.getRef()));
    PublicationStanding standing = probe.receiveMessage(LIMIT);
    if (standing instanceof PublicationStanding.UnderWay underWay) {
      intents.put(deal, underWay.intentId());
      published.remove(deal);
    } else if (standing instanceof PublicationStanding.Landed there) {
      published.put(deal, there.publication());
    } else if (standing instanceof PublicationStanding.Refused no) {
      refused.put(deal, no.reason());
    } else if (standing instanceof PublicationStanding.Waiting) {
      intents.remove(deal);
      published.remove(deal);
    } else if (!published.containsKey(deal)) {
      intents.remove(deal);
    }
    return standing;
  }

  /** All deals that are not refused ask. */
  void askAll() {
    deals.keySet().stream().filter(deal -> !refused.containsKey(deal)).forEach(this::ask);
  }

  PublisherState state() {
    TestProbe<PublisherState> probe = kit.createTestProbe();
    publisher.tell(new PublisherCommand.Describe(probe.getRef()));
    return probe.receiveMessage(LIMIT);
  }

  PublisherReply.Overview overview() {
    TestProbe<PublisherReply> probe = kit.createTestProbe();
    publisher.tell(new PublisherCommand.GetOverview(probe.getRef()));
    return (PublisherReply.Overview) probe.receiveMessage(LIMIT);
  }

  /** Lets the world go on, deals asking and messages landing, until {@code check} holds. */
  void liveUntil(Runnable check) {
    liveUntil(() -> {}, check);
  }

  /** The same with something that happens, or not, at every turn. */
  void liveUntil(Runnable chance, Runnable check) {
    awaitAssert(
        () -> {
          tick();
          chance.run();
          tick();
          askAll();
          chance.run();
          land();
          chance.run();
          check.run();
        });
  }

  void awaitAssert(Runnable check) {
    kit.<Object>createTestProbe()
        .awaitAssert(
            LIMIT,
            Duration.ofMillis(20),
            () -> {
              check.run();
              return true;
            });
  }

  // Chain

  synchronized void tick() {
    tick(epoch + 1);
  }

  synchronized void tick(long to) {
    epoch = to;
    publisher.tell(
        new PublisherCommand.Ticked(
            new Tick(new Epoch(epoch), new TipSetKey(List.of(cid("tip"))), Instant.now())));
  }

  private static Cid cid(String of) {
    return Cid.dagCborBlake2b(Bytes.of(of.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public synchronized void submit(MessageIntent intent, Recipient recipient) {
    assertThat(recipient).isEqualTo(new Recipient.Publisher(provider));
    MessageIntent before = submitted.putIfAbsent(intent.intentId(), intent);
    if (before != null && !before.equals(intent)) {
      changed.add(intent.intentId());
    }
    MessageReport.Landed known = landed.get(intent.intentId());
    MessageReport.GaveUp over = givenUp.get(intent.intentId());
    if (known != null) {
      publisher.tell(new PublisherCommand.MessageReported(known));
    } else if (over != null) {
      publisher.tell(new PublisherCommand.MessageReported(over));
    } else {
      open.put(intent.intentId(), intent);
    }
  }

  synchronized List<MessageIntent> open() {
    return List.copyOf(open.values());
  }

  synchronized List<MessageReport.Landed> landed() {
    return List.copyOf(landed.values());
  }

  /** Every intent that was ever handed over. */
  synchronized List<MessageIntent> submitted() {
    return List.copyOf(submitted.values());
  }

  /** Ids under which two different intents were handed over. */
  synchronized List<String> changed() {
    return List.copyOf(changed);
  }

  synchronized int calls() {
    return calls.size();
  }

  /** Includes what is open; the publisher is told, if it lives. */
  synchronized void land() {
    for (MessageIntent intent : open.values()) {
      Receipt receipt = market.execute(intent.message(), epoch);
      MessageReport.Landed report =
          new MessageReport.Landed(
              intent.intentId(),
              cid(intent.intentId()),
              receipt,
              new TipSetKey(List.of(cid("tip"))),
              new Epoch(epoch + 1),
              new Epoch(epoch));
      landed.put(intent.intentId(), report);
      publisher.tell(new PublisherCommand.MessageReported(report));
    }
    open.clear();
  }

  /** A re-org takes {@code intent} back; its message waits again. */
  synchronized void revert(MessageIntent intent, FakeMarket before) {
    MessageReport.Landed was = Objects.requireNonNull(landed.remove(intent.intentId()));
    market.free.clear();
    market.free.putAll(before.free);
    market.pending.clear();
    market.pending.putAll(before.pending);
    market.running.clear();
    market.running.putAll(before.running);
    open.put(intent.intentId(), intent);
    publisher.tell(
        new PublisherCommand.MessageReported(
            new MessageReport.Reverted(intent.intentId(), was.message())));
  }

  synchronized void giveUp(MessageIntent intent, MessageReport.GaveUp.Kind kind) {
    open.remove(intent.intentId());
    MessageReport.GaveUp report = new MessageReport.GaveUp(intent.intentId(), kind, "said so");
    if (kind != MessageReport.GaveUp.Kind.TOO_MANY) {
      givenUp.put(intent.intentId(), report);
    }
    publisher.tell(new PublisherCommand.MessageReported(report));
  }

  private ChainGateway chain() {
    return (ChainGateway)
        Proxy.newProxyInstance(
            ChainGateway.class.getClassLoader(),
            new Class<?>[] {ChainGateway.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "toString" -> "chain with a market";
                  case "head" ->
                      CompletableFuture.failedStage(
                          new ChainException(ChainException.CONNECTION_LOST, "no node"));
                  case "lookupId" -> CompletableFuture.completedStage(idOf((Address) arguments[0]));
                  case "accountKey" -> CompletableFuture.completedStage(arguments[0]);
                  case "minerInfo" ->
                      CompletableFuture.completedStage(
                          MinerInfo.of(SENDER, SENDER, List.of(), SectorSize.SIZE_2KIB));
                  case "dealCollateralBounds" ->
                      CompletableFuture.completedStage(
                          new CollateralBounds(COLLATERAL_MIN, TokenAmount.ofFil(1_000)));
                  case "marketBalance" -> balance((Address) arguments[0]);
                  case "call" -> call((Message) arguments[0]);
                  case "tipSet" ->
                      CompletableFuture.completedStage(
                          WinningFixtures.tipSet(DealFixtures.HEAD, 0, 1));
                  case "estimateGas" ->
                      CompletableFuture.completedStage(priced((Message) arguments[0]));
                  default -> throw new AssertionError("not asked here: " + method);
                });
  }

  /** One unit of gas a deal; the base fee is 100 attoFIL. */
  private static Message priced(Message message) {
    long deals = BareValue.readBitField(message.params()).cardinality();
    return new Message(
        message.to(),
        message.from(),
        0,
        message.value(),
        deals,
        TokenAmount.ofAtto(2 * COST_PER_DEAL),
        TokenAmount.ofAtto(COST_PER_DEAL - 100),
        message.method(),
        message.params());
  }

  private static ActorId idOf(Address address) {
    return new ActorId(address.equals(POOR.address()) ? 2001 : 2000);
  }

  private synchronized CompletionStage<MarketBalance> balance(Address address) {
    Address key = address;
    if (address.equals(Address.ofId(2000))) {
      key = DealFixtures.CLIENT.address();
    } else if (address.equals(Address.ofId(2001))) {
      key = POOR.address();
    }
    return CompletableFuture.completedStage(
        new MarketBalance(market.freeOf(key), TokenAmount.ZERO));
  }

  private synchronized CompletionStage<CallResult> call(Message message) {
    calls.add(message);
    Receipt receipt = market.copy().execute(message, epoch);
    return CompletableFuture.completedStage(
        new CallResult(cid("call"), message, receipt, receipt.succeeded() ? "" : "failed", 1));
  }
}
