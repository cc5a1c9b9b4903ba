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
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.sender.IntentState;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.sender.SenderEvent;
import io.granary.protocol.sender.SenderState;
import io.granary.sharding.entity.SeenHead;
import io.granary.sharding.entity.Snapshots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
  private final SenderWork work = new SenderWork();
  private final SeenHead<SenderCommand> head;
  private final SenderSteps steps;
  private final SenderDesk desk;
  private final SigningLine line;
  private final MessageWatch watch;
  private final GapWatch gaps;

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
    this.head =
        new SeenHead<>(
            context,
            "sender " + address,
            ports.node(),
            settings.others().openMax() + settings.post().openMax());
    this.steps = new SenderSteps(context, address, ports);
    SenderOperatorLog log = new SenderOperatorLog(context.getLog(), address);
    this.desk = new SenderDesk(address, settings, steps, work, head, log);
    Offers offers = new Offers(settings, log);
    this.line = new SigningLine(desk, offers);
    this.watch = new MessageWatch(desk, offers, line);
    this.gaps = new GapWatch(desk);
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
    work.clear();
    steps.head();
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return Snapshots.everyManyEvents();
  }

  @Override
  public CommandHandler<SenderCommand, SenderEvent, SenderState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(SenderCommand.Submit.class, this::onSubmit)
        .onCommand(SenderCommand.HeadSeen.class, this::onHead)
        .onCommand(SenderCommand.Describe.class, this::onDescribe)
        .onCommand(SenderCommand.HeadUnknown.class, this::onHeadUnknown)
        .onCommand(SenderCommand.PriceHeard.class, (s, c) -> persist(line.onPrice(s, c)))
        .onCommand(
            SenderCommand.PricingFailed.class, (s, c) -> aside(() -> line.onPricingFailed(s, c)))
        .onCommand(SenderCommand.NonceHeard.class, (s, c) -> persist(line.onNonce(s, c)))
        .onCommand(SenderCommand.NonceClaimed.class, (s, c) -> persist(line.onClaimed(s, c)))
        .onCommand(SenderCommand.WalletSigned.class, (s, c) -> persist(line.onSigned(s, c)))
        .onCommand(
            SenderCommand.SigningFailed.class, (s, c) -> aside(() -> line.onSigningFailed(c)))
        .onCommand(SenderCommand.Pushed.class, (s, c) -> aside(() -> watch.onPushed(c)))
        .onCommand(SenderCommand.Found.class, (s, c) -> persist(watch.onFound(s, c)))
        .onCommand(SenderCommand.SearchFailed.class, (s, c) -> aside(() -> watch.onSearchFailed(c)))
        .onCommand(SenderCommand.MarketHeard.class, (s, c) -> aside(() -> onMarket(s, c)))
        .onCommand(
            SenderCommand.MarketUnread.class,
            (s, c) -> aside(() -> desk.log().unread("base fee and balance", c.cause())))
        .onCommand(SenderCommand.QuoteHeard.class, (s, c) -> aside(() -> watch.onQuote(s, c)))
        .onCommand(SenderCommand.PoolHeard.class, (s, c) -> persist(gaps.onPool(s, c)))
        .onCommand(SenderCommand.PoolUnread.class, (s, c) -> aside(() -> gaps.onPoolUnread(c)))
        .onCommand(SenderCommand.NonceLet.class, (s, c) -> aside(() -> onNonceLet(s, c)))
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
    if (head.isUnknown()) {
      head.await(submit);
      return Effect().none();
    }
    if (intent.lastUsefulEpoch().isBefore(head.epoch())) {
      return told(submit, gaveUp(intent, MessageReport.GaveUp.Kind.EXPIRED, expired(intent)));
    }
    long open = SenderViews.open(state, intent.purpose());
    if (open >= settings.lane(intent.purpose()).openMax()) {
      return told(
          submit, gaveUp(intent, MessageReport.GaveUp.Kind.TOO_MANY, open + " intents are open"));
    }
    return persist(
        List.of(new SenderEvent.IntentAccepted(intent, submit.recipient(), head.stamp())));
  }

  private Effect<SenderEvent, SenderState> told(SenderCommand.Submit submit, MessageReport report) {
    ports.reports().deliver(submit.recipient(), report);
    return Effect().none();
  }

  private Effect<SenderEvent, SenderState> onHead(SenderState state, SenderCommand.HeadSeen seen) {
    head.see(seen.tick());
    work.triedSinceHead.clear();
    if (seen.provesFrom()) {
      work.provenFromAt = Optional.of(head.epoch());
    }
    List<SenderEvent> expired = new ArrayList<>(gaps.closed(state, line));
    for (IntentState.Open open : state.openIntents()) {
      MessageIntent intent = open.intent();
      if (open instanceof IntentState.Accepted
          && intent.purpose() != MessagePurpose.FILL_GAP
          && intent.lastUsefulEpoch().isBefore(head.epoch())
          && !line.holds(intent.intentId())) {
        expired.add(
            new SenderEvent.IntentGivenUp(
                intent.intentId(),
                MessageReport.GaveUp.Kind.EXPIRED,
                expired(intent),
                head.stamp()));
      }
    }
    return persist(
        expired,
        next -> {
          steps.market(head.tick());
          watch.search(next);
        });
  }

  private void onMarket(SenderState state, SenderCommand.MarketHeard heard) {
    work.market = Optional.of(heard.market());
    gaps.look(state, heard.market());
    line.advance(state);
  }

  /** Asked again when the intent next asks for a nonce and is told that it holds the lost one. */
  private void onNonceLet(SenderState state, SenderCommand.NonceLet let) {
    work.losing.remove(let.intentId());
    let.failure().ifPresent(cause -> desk.log().couldNot("let the nonce", let.intentId(), cause));
    line.advance(state);
  }

  /** Ticks bring the head as soon as the chain answers. */
  private Effect<SenderEvent, SenderState> onHeadUnknown(
      SenderState state, SenderCommand.HeadUnknown unknown) {
    context.getLog().info("sender {}: no head yet: {}", address, unknown.cause().toString());
    return Effect().none();
  }

  private String expired(MessageIntent intent) {
    String problem =
        Optional.ofNullable(work.waits.get(intent.intentId()))
            .map(wait -> wait.reason() + " " + wait.detail())
            .orElse("it was not signed");
    return "last useful epoch " + intent.lastUsefulEpoch() + " passed; " + problem;
  }

  private Effect<SenderEvent, SenderState> onDescribe(
      SenderState state, SenderCommand.Describe describe) {
    Optional<Epoch> now = head.known().map(Tick::epoch);
    TokenAmount reserve = now.map(line::reserve).orElse(TokenAmount.ZERO);
    describe.replyTo().tell(SenderViews.overview(desk, state, reserve, now));
    return Effect().none();
  }

  // Common

  private Effect<SenderEvent, SenderState> aside(Runnable note) {
    note.run();
    return Effect().none();
  }

  private Effect<SenderEvent, SenderState> persist(List<SenderEvent> events) {
    return events.isEmpty() ? Effect().none() : persist(events, next -> {});
  }

  /** Persists {@code events}, does what follows from each, then goes on. */
  private Effect<SenderEvent, SenderState> persist(
      List<SenderEvent> events, akka.japi.function.Procedure<SenderState> then) {
    if (events.isEmpty()) {
      return Effect().none().thenRun(then);
    }
    return Effect()
        .persist(events)
        .thenRun(
            state -> {
              events.forEach(event -> follow(state, event));
              then.apply(state);
            });
  }

  /**
   * What an event in the journal calls for.
   *
   * @param state after all events that were persisted with it
   */
  private void follow(SenderState state, SenderEvent event) {
    String id = event.intentId();
    IntentState now = state.of(id);
    report(now, event);
    if (now instanceof IntentState.Settled) {
      work.forget(id);
    }
    if (event instanceof SenderEvent.NonceReserved) {
      state.reserved().ifPresent(steps::claim);
    } else if (event instanceof SenderEvent.MessageSigned signed) {
      watch.push(id, signed.message());
    } else if (event instanceof SenderEvent.MessageReplaced replaced) {
      watch.push(id, replaced.message());
    } else if (event instanceof SenderEvent.NonceLost lost
        && now instanceof IntentState.Open open) {
      work.losing.add(id);
      steps.lose(open.intent(), lost.nonce());
    } else if (event instanceof SenderEvent.MessageReverted
        && now instanceof IntentState.Signed signed) {
      watch.push(id, signed.latest().message());
    }
    if (movesTheLine(event)) {
      line.advance(state);
    }
  }

  private void report(IntentState now, SenderEvent event) {
    if (event instanceof SenderEvent.MessageReverted reverted
        && now instanceof IntentState.Open open) {
      ports
          .reports()
          .deliver(open.recipient(), new MessageReport.Reverted(event.intentId(), reverted.cid()));
    } else if (event instanceof SenderEvent.MessageLanded
        && now instanceof IntentState.Landed landed) {
      ports.reports().deliver(landed.recipient(), landed.report());
    } else if (event instanceof SenderEvent.IntentGivenUp
        && now instanceof IntentState.Settled settled) {
      ports.reports().deliver(settled.recipient(), settled.report());
    }
  }

  /** Whether an intent came to the line for price and nonce, or left room in it. */
  private static boolean movesTheLine(SenderEvent event) {
    return event instanceof SenderEvent.IntentAccepted
        || event instanceof SenderEvent.NonceReleased
        || event instanceof SenderEvent.NonceLost
        || event instanceof SenderEvent.MessageSigned
        || event instanceof SenderEvent.IntentGivenUp;
  }

  private static MessageReport.GaveUp gaveUp(
      MessageIntent intent, MessageReport.GaveUp.Kind kind, String reason) {
    return new MessageReport.GaveUp(intent.intentId(), kind, reason);
  }
}
