package io.granary.sharding.sender;

import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.SignalHandler;
import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.sender.IntentState;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.sender.SenderEvent;
import io.granary.protocol.sender.SenderState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sender of one address; see the package's description for the way of a message. State: {@link
 * SenderState} from the journal, {@link SenderWork} from this life only.
 */
public final class SenderEntity
    extends EventSourcedBehavior<SenderCommand, SenderEvent, SenderState> {
  public static final EntityTypeKey<SenderCommand> TYPE_KEY =
      EntityTypeKey.create(SenderCommand.class, "sender");

  private final ActorContext<SenderCommand> context;
  private final Address address;
  private final SenderPorts ports;
  private final SenderSettings settings;
  private final SenderSteps steps;
  private SenderWork work = new SenderWork();
  private final List<SenderCommand.Submit> early = new ArrayList<>();
  private @Nullable Tick head;

  private SenderEntity(
      ActorContext<SenderCommand> context,
      Address address,
      SenderPorts ports,
      SenderSettings settings,
      PersistenceId persistenceId) {
    super(
        persistenceId,
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
    this.context = context;
    this.address = address;
    this.ports = ports;
    this.settings = settings;
    this.steps = new SenderSteps(context, address, ports);
  }

  /** The sender of {@code address}, a key address. */
  public static Behavior<SenderCommand> create(
      Address address, SenderPorts ports, SenderSettings settings) {
    PersistenceId id = PersistenceId.of(TYPE_KEY.name(), entityId(address));
    return Behaviors.setup(context -> new SenderEntity(context, address, ports, settings, id));
  }

  /** The entity id of the sender of {@code address}: its text with an f. */
  public static String entityId(Address address) {
    return address.toText('f');
  }

  @Override
  public SenderState emptyState() {
    return SenderState.EMPTY;
  }

  @Override
  public EventHandler<SenderState, SenderEvent> eventHandler() {
    return SenderState::on;
  }

  @Override
  public SignalHandler<SenderState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), state -> begin())
        .build();
  }

  /** Also after a failed persist: what was under way then is begun anew from the journal. */
  private void begin() {
    work = new SenderWork();
    steps.head();
  }

  @Override
  public CommandHandler<SenderCommand, SenderEvent, SenderState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(SenderCommand.Submit.class, this::onSubmit)
        .onCommand(SenderCommand.HeadSeen.class, this::onHead)
        .onCommand(SenderCommand.Describe.class, this::onDescribe)
        .onCommand(SenderCommand.HeadUnknown.class, this::onHeadUnknown)
        .onCommand(SenderCommand.PriceHeard.class, this::onPrice)
        .onCommand(SenderCommand.PricingFailed.class, this::onPricingFailed)
        .onCommand(SenderCommand.NonceHeard.class, this::onNonce)
        .onCommand(SenderCommand.NonceClaimed.class, this::onClaimed)
        .onCommand(SenderCommand.WalletSigned.class, this::onSigned)
        .onCommand(SenderCommand.SigningFailed.class, this::onSigningFailed)
        .onCommand(SenderCommand.Pushed.class, this::onPushed)
        .onCommand(SenderCommand.Found.class, this::onFound)
        .onCommand(SenderCommand.SearchFailed.class, this::onSearchFailed)
        .build();
  }

  // Asking

  private Effect<SenderEvent, SenderState> onSubmit(
      SenderState state, SenderCommand.Submit submit) {
    MessageIntent intent = submit.intent();
    IntentState known = state.of(intent.intentId());
    if (known instanceof IntentState.Settled settled) {
      return told(submit, settled.report());
    }
    if (known instanceof IntentState.Landed landed) {
      return told(submit, landed.report());
    }
    if (known instanceof IntentState.Open) {
      return Effect().none();
    }
    if (!intent.message().from().equals(address)) {
      return told(submit, gaveUp(intent, MessageReport.GaveUp.Kind.REFUSED, "not from " + address));
    }
    if (head == null) {
      if (early.size() < settings.openIntentsMax()) {
        early.add(submit);
      }
      return Effect().none();
    }
    if (intent.lastUsefulEpoch().isBefore(head.epoch())) {
      return told(submit, gaveUp(intent, MessageReport.GaveUp.Kind.EXPIRED, expired(intent)));
    }
    if (state.openCount() >= settings.openIntentsMax()) {
      return told(
          submit,
          gaveUp(
              intent, MessageReport.GaveUp.Kind.TOO_MANY, state.openCount() + " intents are open"));
    }
    return Effect()
        .persist(new SenderEvent.IntentAccepted(intent, submit.recipient(), stamp()))
        .thenRun(this::advance);
  }

  private Effect<SenderEvent, SenderState> told(SenderCommand.Submit submit, MessageReport report) {
    ports.reports().deliver(submit.recipient(), report);
    return Effect().none();
  }

  private Effect<SenderEvent, SenderState> onHead(SenderState state, SenderCommand.HeadSeen seen) {
    head = seen.tick();
    work.triedSinceHead.clear();
    early.forEach(context.getSelf()::tell);
    early.clear();
    List<SenderEvent> expired = new ArrayList<>();
    for (IntentState.Open open : state.openIntents()) {
      MessageIntent intent = open.intent();
      if (open instanceof IntentState.Accepted
          && intent.lastUsefulEpoch().isBefore(head.epoch())
          && !isSigning(intent.intentId())) {
        expired.add(
            new SenderEvent.IntentGivenUp(
                intent.intentId(), MessageReport.GaveUp.Kind.EXPIRED, expired(intent), stamp()));
      }
    }
    return persist(
        expired,
        next -> {
          advance(next);
          search(next);
        });
  }

  /** Ticks bring the head as soon as the chain answers. */
  private Effect<SenderEvent, SenderState> onHeadUnknown(
      SenderState state, SenderCommand.HeadUnknown unknown) {
    context.getLog().info("sender {}: no head yet: {}", address, unknown.cause().toString());
    return Effect().none();
  }

  private String expired(MessageIntent intent) {
    String problem = work.pricingProblem.getOrDefault(intent.intentId(), "it was not signed");
    return "last useful epoch " + intent.lastUsefulEpoch() + " passed; " + problem;
  }

  private Effect<SenderEvent, SenderState> onDescribe(
      SenderState state, SenderCommand.Describe describe) {
    describe.replyTo().tell(SenderViews.overview(address, state));
    return Effect().none();
  }

  // Pricing and signing

  /** Prices what needs a price, then lets one intent take a nonce. */
  private void advance(SenderState state) {
    for (MessageIntent intent : SenderViews.waiting(state)) {
      String id = intent.intentId();
      if (work.pricing.size() >= settings.pricingMax()) {
        break;
      }
      if (!work.priced.containsKey(id) && work.triedSinceHead.add(id)) {
        work.pricing.add(id);
        steps.price(intent, feeMax(intent));
      }
    }
    takeNonce(state);
  }

  private void takeNonce(SenderState state) {
    if (work.signing.isPresent()) {
      return;
    }
    Optional<IntentState.Reserved> reserved = state.reserved();
    if (reserved.isPresent()) {
      work.signing = Optional.of(reserved.get().intent().intentId());
      steps.claim(reserved.get());
      return;
    }
    long inFlight =
        state.openIntents().stream().filter(IntentState.Signed.class::isInstance).count();
    if (inFlight >= settings.inFlightMax()) {
      return;
    }
    SenderViews.waiting(state).stream()
        .map(MessageIntent::intentId)
        .filter(work.priced::containsKey)
        .findFirst()
        .ifPresent(
            id -> {
              work.signing = Optional.of(id);
              steps.nonce(id);
            });
  }

  /** Answers to steps begun before a failed persist come late, and are not for us any more. */
  private boolean isSigning(String id) {
    return work.signing.equals(Optional.of(id));
  }

  private Effect<SenderEvent, SenderState> onPrice(
      SenderState state, SenderCommand.PriceHeard heard) {
    String id = heard.intentId();
    work.pricing.remove(id);
    if (!(state.of(id) instanceof IntentState.Accepted)) {
      return Effect().none();
    }
    if (heard.price() instanceof SenderChain.Refused refused) {
      return persist(
          List.of(
              new SenderEvent.IntentGivenUp(
                  id, MessageReport.GaveUp.Kind.REFUSED, refused.reason(), stamp())),
          this::advance);
    }
    work.priced.put(id, ((SenderChain.Priced) heard.price()).message());
    advance(state);
    return Effect().none();
  }

  private Effect<SenderEvent, SenderState> onPricingFailed(
      SenderState state, SenderCommand.PricingFailed failed) {
    work.pricing.remove(failed.intentId());
    if (state.of(failed.intentId()) instanceof IntentState.Accepted) {
      work.pricingProblem.put(failed.intentId(), String.valueOf(failed.cause().getMessage()));
    }
    context
        .getLog()
        .info(
            "sender {}: no price for {} yet: {}",
            address,
            failed.intentId(),
            failed.cause().toString());
    advance(state);
    return Effect().none();
  }

  private Effect<SenderEvent, SenderState> onNonce(
      SenderState state, SenderCommand.NonceHeard heard) {
    String id = heard.intentId();
    if (!isSigning(id)) {
      return Effect().none();
    }
    Message priced = work.priced.get(id);
    if (priced == null || !(state.of(id) instanceof IntentState.Accepted)) {
      work.signing = Optional.empty();
      return Effect().none();
    }
    long nonce = Math.max(state.nextNonce(), heard.poolNonce());
    return Effect()
        .persist(new SenderEvent.NonceReserved(id, priced.withNonce(nonce), stamp()))
        .thenRun(next -> next.reserved().ifPresent(steps::claim));
  }

  private Effect<SenderEvent, SenderState> onClaimed(
      SenderState state, SenderCommand.NonceClaimed claimed) {
    String id = claimed.intentId();
    if (!isSigning(id)) {
      return Effect().none();
    }
    if (!(state.of(id) instanceof IntentState.Reserved reserved)) {
      work.signing = Optional.empty();
      return Effect().none();
    }
    if (!claimed.ours()) {
      long nonce = reserved.message().nonce();
      context.getLog().warn("sender {}: nonce {} is claimed by another owner", address, nonce);
      work.signing = Optional.empty();
      return Effect()
          .persist(new SenderEvent.NonceReleased(id, nonce, stamp()))
          .thenRun(this::advance);
    }
    steps.sign(id, reserved.message(), false);
    return Effect().none();
  }

  private Effect<SenderEvent, SenderState> onSigned(
      SenderState state, SenderCommand.WalletSigned wallet) {
    String id = wallet.intentId();
    SignedMessage signed = wallet.signed();
    IntentState intent = state.of(id);
    if (wallet.replaces()) {
      work.replacing.remove(id);
      if (!(intent instanceof IntentState.Signed)) {
        return Effect().none();
      }
      return Effect()
          .persist(new SenderEvent.MessageReplaced(id, signed.cid(), signed, stamp()))
          .thenRun(next -> push(id, signed));
    }
    if (!isSigning(id)) {
      return Effect().none();
    }
    work.signing = Optional.empty();
    work.priced.remove(id);
    if (!(intent instanceof IntentState.Reserved)) {
      return Effect().none();
    }
    return Effect()
        .persist(new SenderEvent.MessageSigned(id, signed.cid(), signed, stamp()))
        .thenRun(
            next -> {
              push(id, signed);
              advance(next);
            });
  }

  private Effect<SenderEvent, SenderState> onSigningFailed(
      SenderState state, SenderCommand.SigningFailed failed) {
    context
        .getLog()
        .warn(
            "sender {}: could not {} for {}: {}",
            address,
            failed.doing(),
            failed.intentId(),
            failed.cause().toString());
    work.replacing.remove(failed.intentId());
    if (isSigning(failed.intentId())) {
      work.signing = Optional.empty();
    }
    return Effect().none();
  }

  // Pushing and watching

  private void push(String id, SignedMessage signed) {
    work.pushedAt.put(id, epoch());
    steps.push(id, signed);
  }

  /** A refused push is no failure: the message may be there already, and each tick looks. */
  private Effect<SenderEvent, SenderState> onPushed(
      SenderState state, SenderCommand.Pushed pushed) {
    pushed
        .refusal()
        .ifPresent(
            refusal -> {
              context
                  .getLog()
                  .debug(
                      "sender {}: push of {}: {}", address, pushed.intentId(), refusal.toString());
              if (refusal instanceof ChainException lost && lost.connectionLost()) {
                work.pushedAt.remove(pushed.intentId());
              }
            });
    return Effect().none();
  }

  private void search(SenderState state) {
    for (IntentState.Open open : state.openIntents()) {
      String id = open.intent().intentId();
      SenderViews.signed(open)
          .filter(signed -> work.searching.add(id))
          .ifPresent(signed -> steps.find(id, signed, tick().head()));
    }
  }

  private Effect<SenderEvent, SenderState> onSearchFailed(
      SenderState state, SenderCommand.SearchFailed failed) {
    work.searching.remove(failed.intentId());
    context
        .getLog()
        .info(
            "sender {}: search for {}: {}", address, failed.intentId(), failed.cause().toString());
    return Effect().none();
  }

  private Effect<SenderEvent, SenderState> onFound(SenderState state, SenderCommand.Found found) {
    String id = found.intentId();
    work.searching.remove(id);
    IntentState intent = state.of(id);
    if (intent instanceof IntentState.Signed signed) {
      return found.where() instanceof SenderChain.OnChain onChain
          ? persist(List.of(landed(id, onChain)), next -> {})
          : pending(signed, (SenderChain.Absent) found.where(), found.latest());
    }
    if (intent instanceof IntentState.Landed landed) {
      return watched(landed, found.where());
    }
    return Effect().none();
  }

  private SenderEvent.MessageLanded landed(String id, SenderChain.OnChain where) {
    return new SenderEvent.MessageLanded(
        id,
        where.lookup().message(),
        where.lookup().receipt(),
        where.lookup().tipSet(),
        where.lookup().height(),
        where.inclusionEpoch(),
        stamp());
  }

  /**
   * Not on chain: overtaken for good, to be pushed again, to be priced higher, or to be awaited.
   */
  private Effect<SenderEvent, SenderState> pending(
      IntentState.Signed signed, SenderChain.Absent absent, Cid searched) {
    String id = signed.intent().intentId();
    if (absent.chainNonce() > signed.nonce()) {
      Epoch since = work.overtakenSince.computeIfAbsent(id, unused -> epoch());
      if (epoch().since(since) < settings.confidence() || !signed.latest().cid().equals(searched)) {
        return Effect().none();
      }
      context.getLog().warn("sender {}: nonce {} of {} was taken", address, signed.nonce(), id);
      work.forget(id);
      return Effect()
          .persist(new SenderEvent.NonceLost(id, signed.nonce(), stamp()))
          .thenRun(this::advance);
    }
    work.overtakenSince.remove(id);
    @Nullable Epoch pushedAt = work.pushedAt.get(id);
    if (!absent.pooled()
        || pushedAt == null
        || epoch().since(pushedAt) >= settings.pushAgainAfter()) {
      push(id, signed.latest().message());
    }
    replace(signed, id);
    return Effect().none();
  }

  private void replace(IntentState.Signed signed, String id) {
    IntentState.Variant latest = signed.latest();
    if (epoch().since(latest.signedAt()) < settings.replaceAfter()
        || signed.variants().size() >= settings.variantsMax()
        || work.replacing.contains(id)) {
      return;
    }
    Fees.raised(latest.message().message(), feeMax(signed.intent()))
        .ifPresent(
            raised -> {
              work.replacing.add(id);
              steps.sign(id, raised, true);
            });
  }

  private Effect<SenderEvent, SenderState> watched(
      IntentState.Landed landed, SenderChain.Whereabouts where) {
    String id = landed.intent().intentId();
    MessageReport.Landed before = landed.report();
    SenderEvent reverted = new SenderEvent.MessageReverted(id, before.message(), stamp());
    if (!(where instanceof SenderChain.OnChain onChain)) {
      return persist(List.of(reverted), next -> push(id, landed.signed().latest().message()));
    }
    if (!onChain.lookup().tipSet().equals(before.tipSet())
        || !onChain.lookup().message().equals(before.message())) {
      return persist(List.of(reverted, landed(id, onChain)), next -> {});
    }
    if (epoch().since(before.height()) < settings.confidence()) {
      return Effect().none();
    }
    return persist(List.of(new SenderEvent.MessageConfirmed(id, stamp())), next -> {});
  }

  // Common

  /** Persists {@code events}, tells the askers what they mean, then goes on. */
  private Effect<SenderEvent, SenderState> persist(
      List<SenderEvent> events, akka.japi.function.Procedure<SenderState> then) {
    if (events.isEmpty()) {
      return Effect().none().thenRun(then);
    }
    return Effect()
        .persist(events)
        .thenRun(
            state -> {
              events.forEach(event -> tell(state, event));
              then.apply(state);
            });
  }

  private void tell(SenderState state, SenderEvent event) {
    String id = event.intentId();
    IntentState now = state.of(id);
    if (event instanceof SenderEvent.MessageReverted reverted
        && now instanceof IntentState.Open o) {
      ports.reports().deliver(o.recipient(), new MessageReport.Reverted(id, reverted.cid()));
    } else if (event instanceof SenderEvent.MessageLanded && now instanceof IntentState.Landed l) {
      ports.reports().deliver(l.recipient(), l.report());
    } else if (now instanceof IntentState.Settled settled) {
      work.forget(id);
      if (event instanceof SenderEvent.IntentGivenUp) {
        ports.reports().deliver(settled.recipient(), settled.report());
      }
    }
  }

  private static MessageReport.GaveUp gaveUp(
      MessageIntent intent, MessageReport.GaveUp.Kind kind, String reason) {
    return new MessageReport.GaveUp(intent.intentId(), kind, reason);
  }

  private TokenAmount feeMax(MessageIntent intent) {
    TokenAmount feeMax = settings.feeMax().get(intent.purpose());
    if (feeMax == null) {
      throw new IllegalStateException("settings hold every purpose");
    }
    return feeMax;
  }

  private Tick tick() {
    if (head == null) {
      throw new IllegalStateException("sender " + address + " acts before it has seen a head");
    }
    return head;
  }

  private Epoch epoch() {
    return tick().epoch();
  }

  private Stamp stamp() {
    return new Stamp(tick().epoch(), tick().now(), ports.node());
  }
}
