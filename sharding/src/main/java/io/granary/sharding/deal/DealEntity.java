package io.granary.sharding.deal;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
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
import io.granary.protocol.ActorId;
import io.granary.protocol.Stamp;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealRules;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealVerdict;
import io.granary.protocol.deal.Payments;
import io.granary.protocol.port.DealFetcher;
import io.granary.sharding.entity.Answers;
import io.granary.sharding.entity.SeenHead;
import io.granary.sharding.entity.Snapshots;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** One deal; see the package's description. */
public final class DealEntity extends EventSourcedBehavior<DealCommand, DealEvent, DealState> {
  public static final EntityTypeKey<DealCommand> TYPE_KEY =
      EntityTypeKey.create(DealCommand.class, "deal");

  /** Commands that wait for a deal's first head; more are dropped, for their askers ask again. */
  private static final int EARLY_MAX = 16;

  private final ActorContext<DealCommand> context;
  private final DealId id;
  private final ActorId provider;
  private final DealPorts ports;
  private final DealWorkSettings settings;
  private final Answers<DealCommand> answers;
  private final SeenHead<DealCommand> head;
  private final DealDecisions decisions;
  private final HeardDecisions heard;
  private final DealWork work;
  private final SelfRetries retries;
  private final DealOperatorLog log;
  private boolean askingHead;
  private String sectorState = "";

  private DealEntity(
      ActorContext<DealCommand> context,
      DealId id,
      ActorId provider,
      DealPorts ports,
      DealWorkSettings settings) {
    super(
        persistenceId(id),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
    this.context = context;
    this.id = id;
    this.provider = provider;
    this.ports = ports;
    this.settings = settings;
    this.answers = new Answers<>(context);
    this.head = new SeenHead<>(context, "deal " + id, ports.node(), EARLY_MAX);
    this.log = new DealOperatorLog(context.getLog(), id);
    this.decisions = new DealDecisions(settings);
    this.heard = new HeardDecisions(decisions, new DirectDecisions(settings.finalityEpochs()));
    this.retries = new SelfRetries(settings);
    this.work = new DealWork(context, id, ports, decisions, log);
  }

  /**
   * The behavior of the deal called {@code entityId}, its UUID.
   *
   * @param provider whose deals these are
   * @throws IllegalArgumentException when it is no UUID
   */
  public static Behavior<DealCommand> create(
      String entityId, ActorId provider, DealPorts ports, DealWorkSettings settings) {
    DealId id = DealId.parse(entityId);
    return Behaviors.setup(context -> new DealEntity(context, id, provider, ports, settings));
  }

  /** {@code deal|00112233-4455-6677-8899-aabbccddeeff}. */
  public static PersistenceId persistenceId(DealId id) {
    return PersistenceId.of(TYPE_KEY.name(), id.toString());
  }

  @Override
  public DealState emptyState() {
    return new DealState.Unknown();
  }

  @Override
  public EventHandler<DealState, DealEvent> eventHandler() {
    return DealState::on;
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return Snapshots.everyManyEvents();
  }

  @Override
  public SignalHandler<DealState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), state -> begin())
        .onSignal(PostStop.instance(), state -> work.stopFetching())
        .build();
  }

  private void begin() {
    work.begin();
    askingHead = false;
    askHead();
  }

  private void askHead() {
    if (!askingHead) {
      askingHead = true;
      answers.bringHead(
          ports.chain(), ports.clock(), DealCommand.HeadKnown::new, DealCommand.HeadUnknown::new);
    }
  }

  @Override
  public CommandHandler<DealCommand, DealEvent, DealState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(DealCommand.Ticked.class, this::onTick)
        .onCommand(DealCommand.HeadKnown.class, this::onHeadKnown)
        .onCommand(DealCommand.HeadUnknown.class, this::onHeadUnknown)
        .onCommand(DealCommand.Describe.class, this::onDescribe)
        .onCommand(DealCommand.NotAdopted.class, this::onNotAdopted)
        .onCommand(command -> head.isUnknown(), (state, command) -> awaitHead(command))
        .onCommand(DealCommand.Propose.class, this::onPropose)
        .onCommand(DealCommand.RoomKnown.class, this::onRoomKnown)
        .onCommand(DealCommand.RoomUnknown.class, this::onRoomUnknown)
        .onCommand(DealCommand.Import.class, this::onImport)
        .onCommand(DealCommand.Adopted.class, this::onAdopted)
        .onCommand(DealCommand.Retry.class, this::onRetry)
        .onCommand(DealCommand.Paid.class, this::onPaid)
        .onCommand(DealCommand.Resume.class, (state, c) -> pursue(state))
        .onCommand(DealCommand.Received.class, this::onReceived)
        .onCommand(DealCommand.FetchEnded.class, this::onFetched)
        .onCommand(DealCommand.FetchFailed.class, this::onFetchFailed)
        .onCommand(DealCommand.Heard.class, this::onHeard)
        .build();
  }

  // Heads

  private Effect<DealEvent, DealState> awaitHead(DealCommand command) {
    head.await(command);
    askHead();
    return Effect().none();
  }

  private Effect<DealEvent, DealState> onHeadKnown(DealState state, DealCommand.HeadKnown known) {
    askingHead = false;
    return head.isUnknown()
        ? onTick(state, new DealCommand.Ticked(known.tick(), known.tick().now()))
        : Effect().none();
  }

  private Effect<DealEvent, DealState> onHeadUnknown(
      DealState state, DealCommand.HeadUnknown unknown) {
    askingHead = false;
    log.unheard("the chain's head is not known", unknown.cause());
    return Effect().none();
  }

  private Effect<DealEvent, DealState> onTick(DealState state, DealCommand.Ticked seen) {
    boolean first = head.isUnknown();
    head.see(seen.tick());
    if (!(state instanceof DealState.Known known)) {
      forgetIfOld(seen);
      return Effect().none();
    }
    List<DealEvent> events = decisions.ticked(state, stamp());
    if (!events.isEmpty()) {
      return persist(state, events);
    }
    if (first) {
      retries.reached(known, ports.clock().instant());
    }
    if (goesOnByItself(known)) {
      return persist(state, List.of(new DealEvent.DealRetried(stamp())));
    }
    if (first || DealDecisions.over(known, head.epoch())) {
      work.record(known, lastSequenceNumber(context), head.tick());
    }
    work.pursue(state, head.tick());
    work.onHead(state, head.tick());
    return Effect().none();
  }

  private boolean goesOnByItself(DealState.Known known) {
    return !DealDecisions.over(known, head.epoch())
        && retries.isDue(known, ports.clock().instant());
  }

  /** An id that was put among those under way and never became a deal. */
  private void forgetIfOld(DealCommand.Ticked seen) {
    if (ports.clock().instant().isAfter(seen.since().plus(settings.unknownKept()))) {
      ports
          .book()
          .end(provider, id)
          .whenComplete(
              (done, cause) -> {
                if (cause != null) {
                  log.rowFailed(cause);
                }
              });
    }
  }

  // Orders

  private Effect<DealEvent, DealState> onPropose(DealState state, DealCommand.Propose proposal) {
    if (!proposal.terms().id().equals(id)) {
      throw new IllegalStateException("a proposal of " + proposal.terms().id() + " came to " + id);
    }
    if (state instanceof DealState.Known known) {
      answer(proposal.replyTo(), DealDecisions.answer(known, proposal.terms()));
      return Effect().none();
    }
    if (proposal.refused().isEmpty() && StagingRules.bytes(proposal.terms()) > 0) {
      answers.bring(
          ports.fetcher().room(),
          bytes -> new DealCommand.RoomKnown(proposal, bytes),
          cause -> new DealCommand.RoomUnknown(proposal, cause));
      return Effect().none();
    }
    return decide(state, proposal);
  }

  /** On this node's disk: where the deal lives now, its data is fetched to. */
  private Effect<DealEvent, DealState> onRoomKnown(DealState state, DealCommand.RoomKnown room) {
    DealCommand.Propose proposal = room.proposal();
    if (state instanceof DealState.Known known) {
      answer(proposal.replyTo(), DealDecisions.answer(known, proposal.terms()));
      return Effect().none();
    }
    return room.bytes() >= StagingRules.bytes(proposal.terms())
        ? decide(state, proposal)
        : decide(state, withoutRoom(proposal));
  }

  private Effect<DealEvent, DealState> onRoomUnknown(
      DealState state, DealCommand.RoomUnknown room) {
    log.unheard("the room in staging is not known", room.cause());
    return onRoomKnown(state, new DealCommand.RoomKnown(room.proposal(), 0));
  }

  private static DealCommand.Propose withoutRoom(DealCommand.Propose proposal) {
    return new DealCommand.Propose(
        proposal.terms(), Optional.of(DealRules.NO_SPACE), proposal.replyTo());
  }

  private Effect<DealEvent, DealState> decide(DealState state, DealCommand.Propose proposal) {
    DealResponse response =
        proposal.refused().map(DealVerdict.Refused::response).orElseGet(DealResponse::yes);
    proposal.refused().ifPresent(refused -> log.refused(refused.message()));
    List<DealEvent> events = decisions.proposed(proposal.terms(), proposal.refused(), stamp());
    if (events.isEmpty()) {
      answer(proposal.replyTo(), response);
      return Effect().none();
    }
    return Effect()
        .persist(events)
        .thenRun(
            after -> {
              changed(state, after, events);
              answer(proposal.replyTo(), response);
            });
  }

  private static void answer(ActorRef<DealReply> to, DealResponse response) {
    to.tell(new DealReply.Answered(response));
  }

  private Effect<DealEvent, DealState> onImport(DealState state, DealCommand.Import order) {
    Optional<DealReply.Rejected> refused = DealOrders.refuseImport(id, state, head.epoch());
    if (refused.isPresent()) {
      order.replyTo().tell(refused.get());
      return Effect().none();
    }
    long most = ((DealState.Known) state).terms().piece().unpaddedBytes();
    answers.bring(
        ports.files().adopt(order.path(), most),
        file -> new DealCommand.Adopted(file, order.replyTo()),
        cause -> new DealCommand.NotAdopted(cause, order.replyTo()));
    return Effect().none();
  }

  private Effect<DealEvent, DealState> onAdopted(DealState state, DealCommand.Adopted adopted) {
    return ordered(
        state,
        DealOrders.refuseImport(id, state, head.epoch()),
        () -> ImportDecisions.imported(state, stamp(), adopted.file()),
        adopted.replyTo());
  }

  /** Does what an operator asked for, unless it is refused; answered once it is in the journal. */
  private Effect<DealEvent, DealState> ordered(
      DealState state,
      Optional<DealReply.Rejected> refused,
      Supplier<List<DealEvent>> order,
      ActorRef<DealReply> replyTo) {
    if (refused.isPresent()) {
      replyTo.tell(refused.get());
      return Effect().none();
    }
    List<DealEvent> events = order.get();
    return Effect()
        .persist(events)
        .thenRun(
            after -> {
              changed(state, after, events);
              replyTo.tell(new DealReply.Accepted());
            });
  }

  private Effect<DealEvent, DealState> onNotAdopted(
      DealState state, DealCommand.NotAdopted failed) {
    failed
        .replyTo()
        .tell(
            new DealReply.Rejected(
                DealReply.Rejected.Code.BAD_FILE,
                "on node " + ports.node() + ": " + failed.cause().getMessage()));
    return Effect().none();
  }

  private Effect<DealEvent, DealState> onRetry(DealState state, DealCommand.Retry retry) {
    return ordered(
        state,
        DealOrders.refuseRetry(id, state, head.epoch()),
        () -> List.of(new DealEvent.DealRetried(stamp())),
        retry.replyTo());
  }

  private Effect<DealEvent, DealState> onPaid(DealState state, DealCommand.Paid paid) {
    if (!Payments.of(state).lacks(paid.payment())) {
      paid.replyTo().tell(new DealReply.Accepted());
      return Effect().none();
    }
    return ordered(
        state,
        DealOrders.refusePayment(id, state),
        () -> List.of(new DealEvent.DealPaid(stamp(), paid.payment())),
        paid.replyTo());
  }

  private Effect<DealEvent, DealState> onDescribe(DealState state, DealCommand.Describe describe) {
    Optional<DealState.Known> known =
        state instanceof DealState.Known there ? Optional.of(there) : Optional.empty();
    describe.replyTo().tell(new DealReply.StateIs(known, lastSequenceNumber(context), sectorState));
    return Effect().none();
  }

  // What comes back

  private Effect<DealEvent, DealState> onReceived(DealState state, DealCommand.Received received) {
    if (state instanceof DealState.Verifying && work.isCurrent(received.round())) {
      log.copying(received.receivedBytes(), received.totalBytes());
    }
    return state instanceof DealState.Transferring now && work.isCurrent(received.round())
        ? persist(
            state,
            DealDecisions.told(now, stamp(), received.receivedBytes(), received.totalBytes()))
        : Effect().none();
  }

  private Effect<DealEvent, DealState> onFetched(DealState state, DealCommand.FetchEnded ended) {
    return transferEnded(
        state,
        ended.round(),
        now -> decisions.fetched(now, stamp(), ended.end()),
        now -> copied(now, ended.end()));
  }

  private List<DealEvent> copied(DealState.Verifying state, DealFetcher.End end) {
    if (end instanceof DealFetcher.End.BrokenOff broken) {
      log.copyBrokenOff(broken.reason());
      work.copyLater(settings.retryDelayMin());
    }
    return ImportDecisions.copied(state, stamp(), end);
  }

  private Effect<DealEvent, DealState> onFetchFailed(
      DealState state, DealCommand.FetchFailed failed) {
    return transferEnded(
        state,
        failed.round(),
        now -> decisions.fetchFailed(now, stamp(), failed.cause()),
        now -> ImportDecisions.copyFailed(stamp(), failed.cause()));
  }

  private Effect<DealEvent, DealState> transferEnded(
      DealState state,
      long round,
      Function<DealState.Transferring, List<DealEvent>> fetched,
      Function<DealState.Verifying, List<DealEvent>> copied) {
    if (!work.isCurrent(round)) {
      return Effect().none();
    }
    work.fetchEnded();
    if (state instanceof DealState.Transferring now) {
      return persist(state, fetched.apply(now));
    }
    return state instanceof DealState.Verifying now
        ? persist(state, copied.apply(now))
        : Effect().none();
  }

  private Effect<DealEvent, DealState> onHeard(DealState state, DealCommand.Heard heard) {
    work.heard();
    if (heard instanceof DealCommand.NotHeard nothing) {
      log.unheard(nothing.what(), nothing.cause());
      return Effect().none();
    }
    if (!heard.asked().equals(state)) {
      return pursue(state);
    }
    if (heard instanceof DealCommand.SectorSeen seen) {
      sectorState = seen.standing().state();
    }
    List<DealEvent> events = this.heard.events(state, heard, stamp());
    if (events.isEmpty()) {
      afterNothingNew(state, heard);
    }
    return persist(state, events);
  }

  /** What is done or asked next, where an answer changes nothing. */
  private void afterNothingNew(DealState state, DealCommand.Heard heard) {
    if (heard instanceof DealCommand.SectorSeen seen) {
      work.moveFrom(state, seen.standing().state(), head.tick());
    } else if (heard instanceof DealCommand.PublicationSeen seen) {
      work.afterStanding(state, seen.standing(), head.tick());
    } else if (state instanceof DealState.Sealing sealing
        && (heard instanceof DealCommand.OnChain || heard instanceof DealCommand.OnMarket)) {
      work.lookAtSector(sealing, sealing.placement().sector());
    }
    if (!(heard instanceof DealCommand.Exposed)) {
      work.askExposure(state);
    }
  }

  // Common

  private Effect<DealEvent, DealState> pursue(DealState state) {
    work.pursue(state, head.tick());
    return Effect().none();
  }

  private Effect<DealEvent, DealState> persist(DealState state, List<DealEvent> events) {
    return events.isEmpty()
        ? Effect().none()
        : Effect().persist(events).thenRun(after -> changed(state, after, events));
  }

  /**
   * Runs after events, at least one, are in the journal: somebody has proposed the deal by then.
   */
  private void changed(DealState before, DealState after, List<DealEvent> events) {
    log.changed(before, after, events);
    retries.reached(after, ports.clock().instant());
    work.record((DealState.Known) after, lastSequenceNumber(context), head.tick());
    work.pursue(after, head.tick());
  }

  private Stamp stamp() {
    return new Stamp(head.epoch(), ports.clock().instant(), ports.node());
  }
}
