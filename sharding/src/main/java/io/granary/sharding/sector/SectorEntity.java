package io.granary.sharding.sector;

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
import io.granary.protocol.SectorId;
import io.granary.protocol.Stamp;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.sector.ChainLook;
import io.granary.protocol.sector.ChainQuestions;
import io.granary.protocol.sector.Empty;
import io.granary.protocol.sector.SectorDecision;
import io.granary.protocol.sector.SectorDecisions;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.SectorState;
import io.granary.protocol.sector.SectorView;
import io.granary.sharding.entity.Answers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A sector. It decides nothing itself: {@link SectorDecisions} does, from the state and what comes
 * in; here events are persisted, and the world is asked for what the state after them waits for.
 *
 * <p>Every event is stamped with the head's height. A sector that wakes up without a tick asks the
 * chain for the head once, and lets what it is told meanwhile wait; when the chain does not answer,
 * the epoch of its last event has to do.
 */
public final class SectorEntity
    extends EventSourcedBehavior<SectorCommand, SectorEvent, SectorState> {
  public static final EntityTypeKey<SectorCommand> TYPE_KEY =
      EntityTypeKey.create(SectorCommand.class, "sector");

  private static final double BACKOFF_JITTER = 0.2;

  /** A head heard of longer ago than this says little of the epoch of an operator's word. */
  private static final Duration HEAD_STALE = Duration.ofSeconds(30);

  private final ActorContext<SectorCommand> context;
  private final Answers<SectorCommand> answers;
  private final SectorId id;
  private final SectorWorld world;
  private final SectorSettings settings;
  private final SectorDecisions decisions;
  private final SectorActions actions;
  private final ChainReader reader;
  private final UnsealedReview unsealed;
  private final SectorOperatorLog log;

  private Optional<Tick> head = Optional.empty();
  private Instant headLearned = Instant.EPOCH;
  private boolean headUnknown;
  private Optional<SectorReply.JobProgress> progress = Optional.empty();
  private long ignoredReports;

  /** The look that is on its way, if any: its number and when it was asked. */
  private long lookRound;

  private Optional<Instant> lookSince = Optional.empty();
  private int looksOnThisTick;

  private SectorEntity(
      ActorContext<SectorCommand> context,
      SectorId id,
      SectorWorld world,
      NetworkPolicy network,
      SectorSettings settings) {
    super(
        persistenceId(id),
        SupervisorStrategy.restartWithBackoff(
            settings.persistBackoffMin(), settings.persistBackoffMax(), BACKOFF_JITTER));
    this.context = context;
    this.answers = new Answers<>(context);
    this.id = id;
    this.world = world;
    this.settings = settings;
    this.decisions = new SectorDecisions(network, settings.policy());
    this.actions = new SectorActions(world, settings.policy().recheckEpochs());
    this.reader =
        new ChainReader(world.chain(), world.payers(), network, settings.policy().lifetimeEpochs());
    this.log = new SectorOperatorLog(context.getLog(), id);
    this.unsealed = new UnsealedReview(world.pieces(), settings, answers, log);
  }

  /**
   * The behavior of the sector called {@code entityId}, {@code f01000/1}.
   *
   * @throws IllegalArgumentException when it is no sector's name
   */
  public static Behavior<SectorCommand> create(
      String entityId, SectorWorld world, NetworkPolicy network, SectorSettings settings) {
    SectorId id = SectorId.parse(entityId);
    return Behaviors.setup(context -> new SectorEntity(context, id, world, network, settings));
  }

  /** {@code sector|f01000/1}. */
  public static PersistenceId persistenceId(SectorId id) {
    return PersistenceId.of(TYPE_KEY.name(), id.toString());
  }

  @Override
  public SectorState emptyState() {
    return new Empty();
  }

  @Override
  public EventHandler<SectorState, SectorEvent> eventHandler() {
    return SectorState::on;
  }

  @Override
  public SignalHandler<SectorState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), this::onRecovered)
        .build();
  }

  private void onRecovered(SectorState state) {
    if (state instanceof SectorState.Living living) {
      summarize(living);
      actions.tellMotion(living);
      actions.pursue(living);
      headUnknown = true;
      askHead();
    }
  }

  private void askHead() {
    answers.bringHead(
        world.chain(),
        world.clock(),
        tick -> new SectorCommand.HeadKnown(Optional.of(tick)),
        unknown -> new SectorCommand.HeadKnown(Optional.empty()));
  }

  @Override
  public CommandHandler<SectorCommand, SectorEvent, SectorState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(SectorCommand.Create.class, this::onCreate)
        .onCommand(SectorCommand.Ticked.class, (state, c) -> onTick(state, c.tick()))
        .onCommand(SectorCommand.HeadKnown.class, this::onHeadKnown)
        .onCommand(SectorCommand.GetState.class, this::onGetState)
        .onCommand(SectorCommand.Summarize.class, (state, c) -> onSummarize(state))
        .onCommand(c -> headUnknown, (state, c) -> Effect().stash())
        .onCommand(this::meetsAStaleHead, (state, c) -> learnHeadFirst())
        .onCommand(SectorCommand.Observe.class, this::onObserve)
        .onCommand(SectorCommand.JobReported.class, this::onJobReported)
        .onCommand(SectorCommand.MessageReported.class, this::onMessageReported)
        .onCommand(SectorCommand.Looked.class, this::onLooked)
        .onCommand(SectorCommand.LookFailed.class, this::onLookFailed)
        .onCommand(SectorCommand.ReviewUnsealed.class, (state, c) -> onReviewUnsealed(state))
        .onCommand(SectorCommand.WishesKnown.class, this::onWishesKnown)
        .onCommand(SectorCommand.WishesUnknown.class, (state, c) -> onWishesUnknown(c))
        .onCommand(SectorCommand.Retry.class, this::onRetry)
        .onCommand(SectorCommand.Remove.class, this::onRemove)
        .build();
  }

  private Effect<SectorEvent, SectorState> onCreate(
      SectorState state, SectorCommand.Create command) {
    learnHead(command.tick());
    if (!command.order().sector().equals(id)) {
      throw new IllegalStateException(
          "an order for sector " + command.order().sector() + " came to " + id);
    }
    return carryOut(state, decisions.create(state, stamp(state), command.order()), reply -> {});
  }

  private Effect<SectorEvent, SectorState> onTick(SectorState state, Tick tick) {
    learnHead(tick);
    looksOnThisTick = 0;
    if (!(state instanceof SectorState.Living)) {
      return Effect().none();
    }
    List<SectorEvent> events = decisions.ticked(state, stamp(state), tick);
    return Effect()
        .persist(events)
        .thenRun(
            after -> {
              SectorState.Living living = (SectorState.Living) after;
              if (events.isEmpty()) {
                actions.pursue(living);
                look(living);
              } else {
                changed(state, after);
              }
              actions.onTick(living, tick);
            })
        .thenUnstashAll();
  }

  private Effect<SectorEvent, SectorState> onHeadKnown(
      SectorState state, SectorCommand.HeadKnown command) {
    if (command.tick().isPresent()) {
      return onTick(state, command.tick().get());
    }
    if (headUnknown && state instanceof SectorState.Living living) {
      Stamp last = living.core().updated();
      return onTick(state, new Tick(last.epoch(), TipSetKey.HEAD, last.time()));
    }
    return Effect().none();
  }

  private void learnHead(Tick tick) {
    head = Optional.of(tick);
    headLearned = world.clock().instant();
    headUnknown = false;
  }

  /** A sector at rest hears of no heads, perhaps for weeks. */
  private boolean meetsAStaleHead(SectorCommand command) {
    return (command instanceof SectorCommand.Retry
            || command instanceof SectorCommand.Remove
            || command instanceof SectorCommand.ReviewUnsealed)
        && head.isPresent()
        && world.clock().instant().isAfter(headLearned.plus(HEAD_STALE));
  }

  private Effect<SectorEvent, SectorState> learnHeadFirst() {
    headUnknown = true;
    askHead();
    return Effect().stash();
  }

  private Effect<SectorEvent, SectorState> onGetState(
      SectorState state, SectorCommand.GetState command) {
    command
        .replyTo()
        .tell(new SectorReply.StateIs(SectorView.of(state), sequence(), progress, ignoredReports));
    return Effect().none();
  }

  private Effect<SectorEvent, SectorState> onObserve(
      SectorState state, SectorCommand.Observe command) {
    Stamp stamp = stamp(state, command.observation().epoch());
    return persist(state, decisions.observed(state, stamp, command.observation()));
  }

  private Effect<SectorEvent, SectorState> onJobReported(
      SectorState state, SectorCommand.JobReported command) {
    JobReport report = command.report();
    Optional<List<SectorEvent>> events = decisions.jobReported(state, stamp(state), report);
    if (events.isEmpty()) {
      ignoredReports++;
      log.reportIgnored(state, report);
      return Effect().none();
    }
    if (report instanceof JobReport.Progress step) {
      progress =
          Optional.of(new SectorReply.JobProgress(step.worker(), step.stage(), step.percent()));
    } else if (report instanceof JobReport.Started) {
      progress = Optional.empty();
    }
    return persist(state, events.get());
  }

  private Effect<SectorEvent, SectorState> onMessageReported(
      SectorState state, SectorCommand.MessageReported command) {
    Optional<List<SectorEvent>> events =
        decisions.messageReported(state, stamp(state), command.report());
    if (events.isPresent() && !events.get().isEmpty()) {
      return persist(state, events.get());
    }
    if (events.isEmpty()) {
      ignoredReports++;
      log.messageIgnored(state, command.report());
    }
    // A word of an old message may mean that the chain has changed under a sector at rest, which
    // hears of no new heads.
    return Effect().none().thenRun(after -> askHead());
  }

  private Effect<SectorEvent, SectorState> onReviewUnsealed(SectorState state) {
    unsealed.begin(state, world.clock().instant());
    return Effect().none();
  }

  private Effect<SectorEvent, SectorState> onWishesKnown(
      SectorState state, SectorCommand.WishesKnown command) {
    return unsealed.mayGo(state, world.clock().instant(), command)
        ? persist(state, decisions.unsealedUnwanted(state, stamp(state)))
        : Effect().none();
  }

  private Effect<SectorEvent, SectorState> onWishesUnknown(SectorCommand.WishesUnknown command) {
    unsealed.failed(command);
    return Effect().none();
  }

  private Effect<SectorEvent, SectorState> onRetry(SectorState state, SectorCommand.Retry command) {
    return carryOut(state, decisions.retry(state, stamp(state)), command.replyTo()::tell);
  }

  private Effect<SectorEvent, SectorState> onRemove(
      SectorState state, SectorCommand.Remove command) {
    return carryOut(
        state, decisions.remove(state, stamp(state), command.reason()), command.replyTo()::tell);
  }

  private Effect<SectorEvent, SectorState> carryOut(
      SectorState state, SectorDecision decision, Consumer<SectorReply> reply) {
    if (decision instanceof SectorDecision.Refused refused) {
      reply.accept(new SectorReply.Rejected(refused.code(), refused.detail()));
      return Effect().none();
    }
    List<SectorEvent> events = ((SectorDecision.Accepted) decision).events();
    return Effect()
        .persist(events)
        .thenRun(
            after -> {
              if (!events.isEmpty()) {
                changed(state, after);
              }
              reply.accept(new SectorReply.Accepted());
            })
        .thenUnstashAll();
  }

  private Effect<SectorEvent, SectorState> onLooked(
      SectorState state, SectorCommand.Looked command) {
    if (command.round() != lookRound || lookSince.isEmpty()) {
      return Effect().none();
    }
    lookSince = Optional.empty();
    if (!command.asked().equals(state)) {
      return Effect().none().thenRun(this::lookIfLiving);
    }
    ChainLook look = command.look();
    return persist(state, decisions.looked(state, stamp(state), look));
  }

  private Effect<SectorEvent, SectorState> onLookFailed(
      SectorState state, SectorCommand.LookFailed command) {
    if (command.round() == lookRound) {
      lookSince = Optional.empty();
      log.lookFailed(state, command.cause());
    }
    return Effect().none();
  }

  private Effect<SectorEvent, SectorState> persist(SectorState state, List<SectorEvent> events) {
    return events.isEmpty()
        ? Effect().none()
        : Effect().persist(events).thenRun(after -> changed(state, after));
  }

  /** Runs after events, at least one, are in the journal: whatever the state was, it lives now. */
  private void changed(SectorState before, SectorState after) {
    SectorState.Living living = (SectorState.Living) after;
    log.changed(before, living);
    actions.withdraw(before, after);
    if (before.getClass() != after.getClass()) {
      progress = Optional.empty();
    }
    summarize(living);
    if (before instanceof Empty || SectorActions.atRest(before) != SectorActions.atRest(after)) {
      actions.tellMotion(living);
    }
    actions.pursue(living);
    look(living);
  }

  private void summarize(SectorState.Living state) {
    world
        .summaries()
        .upsert(SectorSummaryOf.state(state, sequence()))
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                log.summaryFailed(failure);
              }
            });
  }

  private Effect<SectorEvent, SectorState> onSummarize(SectorState state) {
    if (state instanceof SectorState.Living living) {
      summarize(living);
    }
    return Effect().none();
  }

  private void lookIfLiving(SectorState state) {
    if (state instanceof SectorState.Living living) {
      look(living);
    }
  }

  /** One look at a time; on one tick, a bounded number of them. */
  private void look(SectorState.Living state) {
    Instant now = world.clock().instant();
    ChainQuestions questions = ChainQuestions.of(state, now);
    boolean busy =
        lookSince.map(since -> now.isBefore(since.plus(settings.lookTimeout()))).orElse(false);
    if (questions.isEmpty()
        || busy
        || head.isEmpty()
        || looksOnThisTick >= settings.looksPerTickMax()) {
      return;
    }
    looksOnThisTick++;
    long round = ++lookRound;
    lookSince = Optional.of(now);
    answers.bring(
        reader.read(state, questions, head.get()),
        look -> new SectorCommand.Looked(round, state, look),
        cause -> new SectorCommand.LookFailed(round, cause));
  }

  private Stamp stamp(SectorState state) {
    return stamp(state, Epoch.UNSET);
  }

  /**
   * The stamp of what is decided now, at {@code seen} or later. A sector nobody asked for decides
   * nothing but its creation, and the order for that brings a tick.
   */
  private Stamp stamp(SectorState state, Epoch seen) {
    Epoch known = head.map(Tick::epoch).orElse(Epoch.UNSET);
    Stamp now =
        new Stamp(seen.isAfter(known) ? seen : known, world.clock().instant(), world.node());
    return state instanceof SectorState.Living living
        ? now.notBefore(living.core().updated())
        : now;
  }

  private long sequence() {
    return lastSequenceNumber(context);
  }
}
