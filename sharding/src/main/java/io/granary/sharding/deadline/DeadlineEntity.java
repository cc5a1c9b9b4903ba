package io.granary.sharding.deadline;

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
import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineRun;
import io.granary.protocol.deadline.FaultBook;
import io.granary.protocol.deadline.PartitionState;
import io.granary.protocol.deadline.ProvingDeadlineState;
import io.granary.protocol.deadline.ProvingDeadlineState.Resting;
import io.granary.protocol.deadline.ProvingDeadlineState.Running;
import io.granary.protocol.deadline.ProvingWindow;
import io.granary.protocol.deadline.RecoveryState;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.sharding.entity.SeenHead;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One proving deadline of a miner; see the package's description for a run's way. State: {@link
 * ProvingDeadlineState} from the journal, {@link DeadlineWork} from this life only.
 */
public final class DeadlineEntity
    extends EventSourcedBehavior<DeadlineCommand, DeadlineEvent, ProvingDeadlineState> {
  public static final EntityTypeKey<DeadlineCommand> TYPE_KEY =
      EntityTypeKey.create(DeadlineCommand.class, "deadline");

  /** How many reports may wait for the first head of a life. */
  private static final int EARLY_MAX = 1_000;

  private final ActorContext<DeadlineCommand> context;
  private final ActorId miner;
  private final long index;
  private final DeadlineSettings settings;
  private final DeadlineWork work = new DeadlineWork();
  private final SeenHead<DeadlineCommand> head;
  private final DeadlineReads reads;
  private final RunDriver driver;
  private final DeadlineVoice voice;
  private final FaultWatch faults;
  private final DeadlineOperatorLog log;
  private @Nullable MinerConfig config;

  private DeadlineEntity(
      ActorContext<DeadlineCommand> context,
      ActorId miner,
      long index,
      DeadlinePorts ports,
      DeadlineSettings settings) {
    super(
        PersistenceId.of(TYPE_KEY.name(), entityId(miner, index)),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
    this.context = context;
    this.miner = miner;
    this.index = index;
    this.settings = settings;
    this.head = new SeenHead<>(context, "deadline " + index, ports.node(), EARLY_MAX);
    this.reads = new DeadlineReads(context, ports, miner, index);
    DeadlineOrders orders = new DeadlineOrders(miner, index);
    this.voice = new DeadlineVoice(ports.sectors(), miner);
    this.driver = new RunDriver(orders, ports, new Recipient.Deadline(miner, index));
    this.faults = new FaultWatch(index, work, reads, orders, voice);
    this.log = new DeadlineOperatorLog(context.getLog(), miner, index);
  }

  /** The deadline {@code index} of {@code miner}. */
  public static Behavior<DeadlineCommand> create(
      ActorId miner, long index, DeadlinePorts ports, DeadlineSettings settings) {
    return Behaviors.setup(context -> new DeadlineEntity(context, miner, index, ports, settings));
  }

  /**
   * The deadline called {@code entityId}, {@code f01000/d/3}.
   *
   * @throws IllegalArgumentException when it is no deadline's name
   */
  public static Behavior<DeadlineCommand> create(
      String entityId, DeadlinePorts ports, DeadlineSettings settings) {
    String[] parts = entityId.split("/", -1);
    if (parts.length != 3 || !parts[1].equals("d")) {
      throw new IllegalArgumentException("deadline: expected f0<miner>/d/<index>, got " + entityId);
    }
    return create(Address.parse(parts[0]).requireId(), Long.parseLong(parts[2]), ports, settings);
  }

  /** {@code f01000/d/3}. */
  public static String entityId(ActorId miner, long index) {
    return miner + "/d/" + index;
  }

  @Override
  public ProvingDeadlineState emptyState() {
    return ProvingDeadlineState.first();
  }

  @Override
  public EventHandler<ProvingDeadlineState, DeadlineEvent> eventHandler() {
    return ProvingDeadlineState::on;
  }

  @Override
  public SignalHandler<ProvingDeadlineState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), state -> begin())
        .build();
  }

  /** Also after a failed persist: what was under way then is begun anew from the journal. */
  private void begin() {
    work.clear();
    reads.beginWithHead();
  }

  /**
   * Once a period, when a run has ended: what remains then is small, and all that comes needs it.
   * RunClosed is always persisted alone; {@code state} is the one before it.
   */
  @Override
  public boolean shouldSnapshot(ProvingDeadlineState state, DeadlineEvent event, long sequence) {
    return event instanceof DeadlineEvent.RunClosed;
  }

  @Override
  public CommandHandler<DeadlineCommand, DeadlineEvent, ProvingDeadlineState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(DeadlineCommand.HeadSeen.class, this::onHead)
        .onCommand(DeadlineCommand.HeadKnown.class, this::onHeadKnown)
        .onCommand(DeadlineCommand.Continue.class, (state, ignored) -> step(state))
        .onCommand(DeadlineCommand.JobReported.class, this::onJob)
        .onCommand(DeadlineCommand.MessageReported.class, this::onMessage)
        .onCommand(DeadlineCommand.ReadableAgain.class, this::onReadable)
        .onCommand(DeadlineCommand.RetryPartition.class, this::onRetry)
        .onCommand(DeadlineCommand.Describe.class, this::onDescribe)
        .onCommand(DeadlineCommand.PlanRead.class, this::onPlan)
        .onCommand(DeadlineCommand.ReplicasRead.class, this::onReplicas)
        .onCommand(DeadlineCommand.Prepared.class, this::onPrepared)
        .onCommand(DeadlineCommand.FaultsRead.class, this::onFaults)
        .onCommand(DeadlineCommand.ReadFailed.class, this::onReadFailed)
        .build();
  }

  // Heads

  private Effect<DeadlineEvent, ProvingDeadlineState> onHead(
      ProvingDeadlineState state, DeadlineCommand.HeadSeen seen) {
    config = seen.miner();
    head.see(seen.tick());
    return step(state);
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> onHeadKnown(
      ProvingDeadlineState state, DeadlineCommand.HeadKnown known) {
    head.see(head.known().orElse(known.tick()));
    return Effect().none();
  }

  /** Does what the head and the state call for; harmless to do twice. */
  private Effect<DeadlineEvent, ProvingDeadlineState> step(ProvingDeadlineState state) {
    if (config == null || head.isUnknown()) {
      return Effect().none();
    }
    if (state.faults().recovery() instanceof RecoveryState.Declaring declaring) {
      driver.submit(declaring.intent());
    }
    if (state.faults().recovery() instanceof RecoveryState.Declared declared
        && !head.epoch().isBefore(declared.declaring().window().close())) {
      return persist(
          List.of(new DeadlineEvent.RecoveryEnded(declared.declarations(), head.stamp())));
    }
    return state instanceof Running running
        ? run(running)
        : rest((Resting) state, config, head.tick());
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> rest(
      Resting state, MinerConfig miner, Tick at) {
    ProvingWindow window = miner.grid().next(index, at.epoch());
    Epoch period = window.periodStart();
    boolean due =
        at.epoch().since(window.challenge()) >= settings.challengeConfidence()
            && !(state.ran() && state.lastPeriodStart().equals(period))
            && !work.nothingOwedIn.equals(Optional.of(period));
    if (due) {
      reads.plan(window, at);
    } else {
      faults.look(state.faults(), miner, window, at);
    }
    return Effect().none();
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> onPlan(
      ProvingDeadlineState state, DeadlineCommand.PlanRead heard) {
    reads.answered(DeadlineReads.Question.PLAN);
    DeadlineChain.Plan plan = heard.plan();
    Epoch period = heard.window().periodStart();
    if (plan.partitions().isEmpty()) {
      work.nothingOwedIn = Optional.of(period);
      return Effect().none();
    }
    if (!(state instanceof Resting resting)
        || (resting.ran() && resting.lastPeriodStart().equals(period))
        || config == null) {
      return Effect().none();
    }
    work.replicas = new DeadlineOrders.Replicas(plan.replicas());
    return persist(
        List.of(
            new DeadlineEvent.RunOpened(
                heard.window(),
                plan.randomness(),
                config.windowPoStProof(),
                plan.readAt(),
                plan.partitions(),
                head.stamp())));
  }

  // A run

  private Effect<DeadlineEvent, ProvingDeadlineState> run(Running state) {
    DeadlineRun run = state.run();
    Epoch close = run.window().close();
    if (head.epoch().since(close) >= settings.closeGrace()) {
      return persist(
          List.of(
              new DeadlineEvent.RunClosed(
                  run.window().periodStart(), run.proven(), run.missed(), head.stamp())),
          next -> ended(run));
    }
    if (!head.epoch().isBefore(close)) {
      driver.submit(run);
      return Effect().none();
    }
    readReplicas(run);
    prepare(run);
    return persist(
        driver.asks(run, work.replicas, head.stamp()),
        next -> driver.order(((Running) next).run(), work.replicas),
        false);
  }

  private void ended(DeadlineRun run) {
    driver.cancel(run);
    voice.closed(run);
    work.runEnded();
    log.closed(run);
  }

  private void readReplicas(DeadlineRun run) {
    BitField all = RunDriver.sectors(run);
    if (!work.replicas.covers(all)) {
      reads.replicas(all, head.tick());
    }
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> onReplicas(
      ProvingDeadlineState state, DeadlineCommand.ReplicasRead heard) {
    reads.answered(DeadlineReads.Question.SECTORS);
    work.replicas = new DeadlineOrders.Replicas(heard.replicas());
    return step(state);
  }

  private void prepare(DeadlineRun run) {
    boolean open = head.epoch().since(run.window().open()) >= settings.submitAfterOpen();
    if (open && RunDriver.hasReady(run, head.epoch())) {
      reads.submission(run.window(), head.tick());
    }
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> onPrepared(
      ProvingDeadlineState state, DeadlineCommand.Prepared heard) {
    reads.answered(DeadlineReads.Question.COMMIT_RANDOMNESS);
    if (!(state instanceof Running running)
        || !running.run().window().equals(heard.window())
        || config == null
        || !head.epoch().isBefore(running.run().window().close())) {
      return Effect().none();
    }
    return persist(
        driver.submissions(
            running.run(),
            heard.submission(),
            config.senderFor(MessagePurpose.WINDOW_POST),
            head.stamp()));
  }

  // Reports

  private Effect<DeadlineEvent, ProvingDeadlineState> onJob(
      ProvingDeadlineState state, DeadlineCommand.JobReported reported) {
    if (head.isUnknown()) {
      head.await(reported);
      return Effect().none();
    }
    JobReport report = reported.report();
    if (report instanceof JobReport.Progress progress
        && DeadlineDecisions.working(state, report).isPresent()) {
      work.progress.put(
          report.id(),
          progress.worker() + ": " + progress.stage() + " " + progress.percent() + "%");
      return Effect().none();
    }
    return persist(DeadlineDecisions.onJob(state, report, head.stamp()));
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> onMessage(
      ProvingDeadlineState state, DeadlineCommand.MessageReported reported) {
    if (head.isUnknown()) {
      head.await(reported);
      return Effect().none();
    }
    List<DeadlineEvent> events =
        DeadlineDecisions.onMessage(state, reported.report(), head.stamp());
    return persist(events, next -> events.forEach(event -> announce(state, next, event)));
  }

  private void announce(
      ProvingDeadlineState before, ProvingDeadlineState now, DeadlineEvent event) {
    if (event instanceof DeadlineEvent.ProvenInPeriod proven && now instanceof Running running) {
      if (running.run().partitions().get(proven.partition()) instanceof PartitionState.Proven p) {
        voice.proven(running.run(), p);
      }
    } else if (event instanceof DeadlineEvent.RecoveryDeclared declared
        && before.faults().recovery() instanceof RecoveryState.Declaring declaring) {
      faults.declared(declaring.sectors(), declared.inclusionEpoch());
    }
  }

  // Faults and recoveries

  private Effect<DeadlineEvent, ProvingDeadlineState> onReadable(
      ProvingDeadlineState state, DeadlineCommand.ReadableAgain again) {
    faults.readable(again);
    return Effect().none();
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> onFaults(
      ProvingDeadlineState state, DeadlineCommand.FaultsRead heard) {
    reads.answered(DeadlineReads.Question.FAULTS);
    FaultBook book = state.faults();
    if (state instanceof Running || !book.recovery().equals(heard.asOf()) || config == null) {
      return Effect().none();
    }
    return persist(faults.onRead(book, heard, config, head.stamp()));
  }

  // Operators

  private Effect<DeadlineEvent, ProvingDeadlineState> onRetry(
      ProvingDeadlineState state, DeadlineCommand.RetryPartition retry) {
    Optional<DeadlineReply.Rejected> refusal =
        head.isUnknown()
            ? Optional.of(DeadlineReply.Rejected.noHeadYet())
            : DeadlineDecisions.refusesRetry(state, retry.partition());
    if (refusal.isPresent()) {
      retry.replyTo().tell(refusal.get());
      return Effect().none();
    }
    return persist(
        List.of(new DeadlineEvent.PartitionRetried(retry.partition(), head.stamp())),
        next -> retry.replyTo().tell(new DeadlineReply.Done()));
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> onDescribe(
      ProvingDeadlineState state, DeadlineCommand.Describe describe) {
    describe.replyTo().tell(Describing.overview(miner, index, state, work.progress));
    return Effect().none();
  }

  // Common

  private Effect<DeadlineEvent, ProvingDeadlineState> onReadFailed(
      ProvingDeadlineState state, DeadlineCommand.ReadFailed failed) {
    reads.answered(failed.question());
    log.unread(failed.question(), failed.cause());
    return Effect().none();
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> persist(List<DeadlineEvent> events) {
    return persist(events, next -> {});
  }

  /** Persists, acts, and lets the new state take its next step at once. */
  private Effect<DeadlineEvent, ProvingDeadlineState> persist(
      List<DeadlineEvent> events, akka.japi.function.Procedure<ProvingDeadlineState> then) {
    return events.isEmpty() ? Effect().none() : persist(events, then, true);
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> persist(
      List<DeadlineEvent> events,
      akka.japi.function.Procedure<ProvingDeadlineState> then,
      boolean goOn) {
    if (events.isEmpty()) {
      return Effect().none().thenRun(then);
    }
    return Effect()
        .persist(events)
        .thenRun(
            state -> {
              then.apply(state);
              if (goOn) {
                context.getSelf().tell(new DeadlineCommand.Continue());
              }
            });
  }
}
