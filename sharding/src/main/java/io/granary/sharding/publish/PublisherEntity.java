package io.granary.sharding.publish;

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
import io.granary.protocol.ActorId;
import io.granary.protocol.address.Address;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealPolicy;
import io.granary.protocol.deal.MarketRules;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.publish.EscrowShortage;
import io.granary.protocol.publish.PublicationQuery;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.protocol.publish.PublishBatch;
import io.granary.protocol.publish.PublishOutcome;
import io.granary.protocol.publish.PublishRules;
import io.granary.protocol.publish.PublisherEvent;
import io.granary.protocol.publish.PublisherState;
import io.granary.protocol.sender.MessageReport;
import io.granary.sharding.entity.Answers;
import io.granary.sharding.entity.SeenHead;
import io.granary.sharding.entity.Snapshots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The publisher of one provider's deals; see the package's description. */
public final class PublisherEntity
    extends EventSourcedBehavior<PublisherCommand, PublisherEvent, PublisherState> {
  public static final EntityTypeKey<PublisherCommand> TYPE_KEY =
      EntityTypeKey.create(PublisherCommand.class, "publisher");

  /** Commands that wait for the first head; more are dropped, for their askers ask again. */
  private static final int EARLY_MAX = 256;

  private final ActorId provider;
  private final PublisherPorts ports;
  private final PublishSettings settings;
  private final Answers<PublisherCommand> answers;
  private final SeenHead<PublisherCommand> head;
  private final PublisherDecisions decisions;
  private final PublishCheck check;
  private final EscrowKeeper escrow;
  private final SettleKeeper settle;
  private final PublisherOverview overview;
  private final PublisherOperatorLog log;
  private final Waitlist waiting;
  private final PublishPause pause;

  /** Deals that have their publication in their own journal. */
  private final Set<DealId> told = new HashSet<>();

  private boolean askingHead;
  private boolean checking;
  private int cap = Integer.MAX_VALUE;

  private PublisherEntity(
      ActorContext<PublisherCommand> context,
      ActorId provider,
      PublisherPorts ports,
      PublishSettings settings) {
    super(
        PersistenceId.of(TYPE_KEY.name(), provider.toString()),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
    this.provider = provider;
    this.ports = ports;
    this.settings = settings;
    this.answers = new Answers<>(context);
    this.head = new SeenHead<>(context, "publisher " + provider, ports.node(), EARLY_MAX);
    this.decisions = new PublisherDecisions(provider, settings);
    this.overview = new PublisherOverview(settings.waitMax());
    this.waiting = new Waitlist(settings.queueMax());
    this.pause = new PublishPause(settings.againEpochs());
    this.log = new PublisherOperatorLog(context.getLog(), provider);
    this.escrow = new EscrowKeeper(answers, ports, provider, settings, log);
    this.settle =
        new SettleKeeper(
            answers, ports, provider, settings, new SettleOperatorLog(context.getLog(), provider));
    this.check =
        new PublishCheck(
            ports.chain(),
            ports.payers(),
            provider,
            new PublishRules(
                new MarketRules(Address.ofId(provider), DealPolicy.ChainBounds.DEFAULT),
                settings.startSlackEpochs()));
  }

  /** The publisher of {@code provider}. */
  public static Behavior<PublisherCommand> create(
      ActorId provider, PublisherPorts ports, PublishSettings settings) {
    return Behaviors.setup(context -> new PublisherEntity(context, provider, ports, settings));
  }

  @Override
  public PublisherState emptyState() {
    return PublisherState.EMPTY;
  }

  @Override
  public EventHandler<PublisherState, PublisherEvent> eventHandler() {
    return PublisherState::on;
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return Snapshots.everyManyEvents();
  }

  @Override
  public SignalHandler<PublisherState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), state -> begin())
        .build();
  }

  /** Also after a failed persist: what was under way then is begun anew from the journal. */
  private void begin() {
    checking = false;
    askingHead = false;
    cap = Integer.MAX_VALUE;
    escrow.begin();
    settle.begin();
    askHead();
  }

  private void askHead() {
    if (!askingHead) {
      askingHead = true;
      answers.bringHead(
          ports.chain(),
          ports.clock(),
          PublisherCommand.HeadKnown::new,
          PublisherCommand.HeadUnknown::new);
    }
  }

  @Override
  public CommandHandler<PublisherCommand, PublisherEvent, PublisherState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(PublisherCommand.Ticked.class, (state, seen) -> onHead(state, seen))
        .onCommand(PublisherCommand.HeadKnown.class, this::onHeadKnown)
        .onCommand(PublisherCommand.HeadUnknown.class, this::onHeadUnknown)
        .onCommand(PublisherCommand.Describe.class, this::onDescribe)
        .onCommand(PublisherCommand.GetOverview.class, this::onGetOverview)
        .onCommand(command -> head.isUnknown(), (state, command) -> awaitHead(command))
        .onCommand(PublisherCommand.Ask.class, this::onAsk)
        .onCommand(PublisherCommand.MessageReported.class, this::onReport)
        .onCommand(PublisherCommand.Checked.class, this::onChecked)
        .onCommand(PublisherCommand.NotChecked.class, this::onNotChecked)
        .onCommand(PublisherCommand.PayerKnown.class, this::onPayerKnown)
        .onCommand(PublisherCommand.PayerUnknown.class, this::onPayerUnknown)
        .onCommand(PublisherCommand.Settling.class, this::onSettling)
        .build();
  }

  private Effect<PublisherEvent, PublisherState> onDescribe(
      PublisherState state, PublisherCommand.Describe describe) {
    describe.replyTo().tell(state);
    return Effect().none();
  }

  private Effect<PublisherEvent, PublisherState> onGetOverview(
      PublisherState state, PublisherCommand.GetOverview get) {
    get.replyTo()
        .tell(
            overview.of(
                state,
                waiting::held,
                deal -> head.isUnknown() || waiting.isSilent(deal, head.epoch()),
                pause.at(head)));
    return Effect().none();
  }

  // Heads

  private Effect<PublisherEvent, PublisherState> awaitHead(PublisherCommand command) {
    head.await(command);
    askHead();
    return Effect().none();
  }

  private Effect<PublisherEvent, PublisherState> onHeadKnown(
      PublisherState state, PublisherCommand.HeadKnown known) {
    askingHead = false;
    return head.isUnknown()
        ? onHead(state, new PublisherCommand.Ticked(known.tick()))
        : Effect().none();
  }

  private Effect<PublisherEvent, PublisherState> onHeadUnknown(
      PublisherState state, PublisherCommand.HeadUnknown unknown) {
    askingHead = false;
    log.unheard("the chain's head is not known", unknown.cause());
    return Effect().none();
  }

  private Effect<PublisherEvent, PublisherState> onHead(
      PublisherState state, PublisherCommand.Ticked seen) {
    head.see(seen.tick());
    submit(state);
    waiting.release(head.epoch());
    List<PublisherEvent> events = new ArrayList<>(decisions.settled(state, head.stamp()));
    events.addAll(decisions.closed(state, told, head.stamp()));
    events.addAll(decisions.lapsed(state, head.stamp()));
    events.addAll(settle.onHead(state.payments(), head.stamp()));
    settle.tell(state.payments());
    if (events.isEmpty()) {
      consider(state);
      return Effect().none();
    }
    return persist(state, events);
  }

  /** With each head again: what got lost is asked for anew, and the same intent is one message. */
  private void submit(PublisherState state) {
    state.batches().values().stream()
        .filter(batch -> !batch.settled())
        .map(PublishBatch::intent)
        .forEach(intent -> ports.messages().submit(intent, new Recipient.Publisher(provider)));
    escrow.submit(state.escrow());
    settle.submit(state.payments());
  }

  // Deals

  private Effect<PublisherEvent, PublisherState> onAsk(
      PublisherState state, PublisherCommand.Ask ask) {
    PublicationQuery query = ask.query();
    DealId deal = query.deal();
    if (state.knows(deal)) {
      waiting.asked(deal, head.epoch());
      PublicationStanding standing = waiting.standing(state, deal);
      ask.replyTo().tell(standing);
      return PublisherDecisions.hasHeard(standing, query) && told.add(deal)
          ? persist(state, decisions.closed(state, told, head.stamp()))
          : Effect().none();
    }
    Optional<PublicationStanding> no = decisions.refuse(state, query, waiting.takeRefusal(deal));
    if (no.isPresent()) {
      ask.replyTo().tell(no.get());
      return Effect().none();
    }
    waiting.asked(deal, head.epoch());
    List<PublisherEvent> events =
        List.of(new PublisherEvent.DealQueued(head.stamp(), deal, query.signed()));
    return Effect()
        .persist(events)
        .thenRun(
            after -> {
              ask.replyTo().tell(waiting.standing(after, deal));
              happened(state, after, events);
            });
  }

  // Batches

  /** Begins a look at the queue when a batch is due and none is under way; at payments too. */
  private void consider(PublisherState state) {
    settle.look(state.payments(), head.tick());
    if (checking || state.publishing() || pause.at(head).isPresent()) {
      return;
    }
    PublisherDecisions.Next next =
        decisions.next(
            state, ports.clock().instant(), cap, deal -> waiting.isPassedOver(deal, head.epoch()));
    if (!next.deals().isEmpty()) {
      checking = true;
      answers.bring(
          check.look(next.deals(), next.most(), head.tick()),
          PublisherCommand.Checked::new,
          PublisherCommand.NotChecked::new);
    }
  }

  private Effect<PublisherEvent, PublisherState> onChecked(
      PublisherState state, PublisherCommand.Checked checked) {
    checking = false;
    PublishCheck.Result result = checked.result();
    waiting.hold(result.held(), head.epoch().plus(settings.againEpochs()));
    result.shortage().ifPresent(shortage -> fill(state, shortage));
    cap = PublisherDecisions.capAfter(result);
    result
        .failure()
        .ifPresent(
            failure -> {
              log.simulationFailed(failure, result.good().size());
              pause.after(failure, head.epoch());
            });
    List<PublisherEvent> events = decisions.checked(state, result, head.stamp());
    if (events.isEmpty()) {
      consider(state);
      return Effect().none();
    }
    return persist(state, events);
  }

  private Effect<PublisherEvent, PublisherState> onNotChecked(
      PublisherState state, PublisherCommand.NotChecked failed) {
    checking = false;
    log.unheard("deals could not be looked at", failed.cause());
    return Effect().none();
  }

  // Escrow

  private void fill(PublisherState state, EscrowShortage shortage) {
    String word = escrow.consider(state.escrow(), shortage, head.tick());
    waiting.explain(shortage.deals(), word);
  }

  private Effect<PublisherEvent, PublisherState> onPayerKnown(
      PublisherState state, PublisherCommand.PayerKnown known) {
    return persist(
        state, escrow.onPayer(state.escrow(), known.shortage(), known.from(), head.stamp()));
  }

  private Effect<PublisherEvent, PublisherState> onPayerUnknown(
      PublisherState state, PublisherCommand.PayerUnknown unknown) {
    escrow.onPayerUnknown(unknown.cause());
    return Effect().none();
  }

  private Effect<PublisherEvent, PublisherState> onTopUp(
      PublisherState state, MessageReport report) {
    List<PublisherEvent> events = escrow.onReport(state.escrow(), report, head.stamp());
    if (events.isEmpty() && escrow.isNews(report, head.epoch())) {
      waiting.releaseAll();
      consider(state);
    }
    return persist(state, events);
  }

  // Payments

  private Effect<PublisherEvent, PublisherState> onSettling(
      PublisherState state, PublisherCommand.Settling command) {
    return persist(state, settle.on(state.payments(), command, head.stamp()));
  }

  // Reports

  private Effect<PublisherEvent, PublisherState> onReport(
      PublisherState state, PublisherCommand.MessageReported reported) {
    if (state.escrow().isOpen(reported.report().intentId())) {
      return onTopUp(state, reported.report());
    }
    if (state.payments().has(reported.report().intentId())) {
      return persist(state, settle.onReport(state.payments(), reported.report(), head.stamp()));
    }
    try {
      return persist(state, decisions.reported(state, reported.report(), head.stamp()));
    } catch (IllegalArgumentException unreadable) {
      log.unreadable(reported.report().intentId(), unreadable);
      return Effect().none();
    }
  }

  // Common

  private Effect<PublisherEvent, PublisherState> persist(
      PublisherState state, List<PublisherEvent> events) {
    return events.isEmpty()
        ? Effect().none()
        : Effect().persist(events).thenRun(after -> happened(state, after, events));
  }

  /** Runs after events are in the journal. */
  private void happened(PublisherState before, PublisherState after, List<PublisherEvent> events) {
    log.happened(events);
    settle.happened(before.payments(), after.payments(), events);
    for (PublisherEvent event : events) {
      if (event instanceof PublisherEvent.DealLeft left) {
        waiting.refused(left.deal(), left.reason());
      } else if (event instanceof PublisherEvent.BatchRequested) {
        submit(after);
      } else if (event instanceof PublisherEvent.EscrowTopUpAsked) {
        escrow.submit(after.escrow());
      } else if (event instanceof PublisherEvent.EscrowTopUpEnded ended) {
        escrow.onEnded(ended);
        waiting.releaseAll();
      } else if (event instanceof PublisherEvent.BatchAbandoned abandoned) {
        pause.after(abandoned.failure(), head.epoch());
      } else if (event instanceof PublisherEvent.BatchSettled settled) {
        Optional.ofNullable(before.batches().get(settled.intentId()))
            .flatMap(PublishBatch::outcome)
            .flatMap(PublishOutcome::failure)
            .ifPresent(failure -> pause.after(failure, head.epoch()));
      }
    }
    told.removeIf(deal -> !after.knows(deal));
    waiting.keepOnly(after::knows);
    consider(after);
  }
}
