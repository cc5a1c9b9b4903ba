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
import io.granary.protocol.Stamp;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineEvent.PartitionSectors;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
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
  private final DeadlinePorts ports;
  private final DeadlineSettings settings;
  private final DeadlineChain chain;
  private final DeadlineOrders orders;
  private final RunDriver driver;
  private final DeadlineVoice voice;
  private final List<DeadlineCommand> early = new ArrayList<>();
  private DeadlineWork work = new DeadlineWork();
  private @Nullable Tick head;
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
    this.ports = ports;
    this.settings = settings;
    this.chain = new DeadlineChain(ports.chain(), miner, index);
    this.orders = new DeadlineOrders(miner, index);
    this.voice = new DeadlineVoice(ports.sectors(), miner);
    this.driver = new RunDriver(orders, ports, new Recipient.Deadline(miner, index));
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
    work = new DeadlineWork();
    read(
        "the head",
        ports.chain().head(),
        tipSet ->
            new DeadlineCommand.HeadKnown(
                new Tick(tipSet.height(), tipSet.key(), ports.clock().instant())));
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
    head = seen.tick();
    flushEarly();
    return step(state);
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> onHeadKnown(
      ProvingDeadlineState state, DeadlineCommand.HeadKnown known) {
    if (head == null) {
      head = known.tick();
    }
    flushEarly();
    return Effect().none();
  }

  private void flushEarly() {
    early.forEach(context.getSelf()::tell);
    early.clear();
  }

  /** Does what the head and the state call for; harmless to do twice. */
  private Effect<DeadlineEvent, ProvingDeadlineState> step(ProvingDeadlineState state) {
    if (config == null || head == null) {
      return Effect().none();
    }
    if (state.faults().recovery() instanceof RecoveryState.Declaring declaring) {
      driver.submit(declaring.intent());
    }
    if (state.faults().recovery() instanceof RecoveryState.Declared declared
        && !head.epoch().isBefore(declared.declaring().window().close())) {
      return persist(List.of(new DeadlineEvent.RecoveryEnded(declared.declarations(), stamp())));
    }
    return state instanceof Running running ? run(running) : rest((Resting) state, config, head);
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> rest(
      Resting state, MinerConfig miner, Tick at) {
    ProvingWindow window = miner.grid().next(index, at.epoch());
    Epoch period = window.periodStart();
    boolean due =
        at.epoch().since(window.challenge()) >= settings.challengeConfidence()
            && !(state.ran() && state.lastPeriodStart().equals(period))
            && !work.nothingOwedIn.equals(Optional.of(period));
    if (!due) {
      readFaults(state, window, at);
    } else if (!work.readingPlan) {
      work.readingPlan = true;
      read(
          "the plan",
          chain.plan(window.challenge(), at.head()),
          p -> new DeadlineCommand.PlanRead(window, p));
    }
    return Effect().none();
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> onPlan(
      ProvingDeadlineState state, DeadlineCommand.PlanRead heard) {
    work.readingPlan = false;
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
                stamp())));
  }

  // A run

  private Effect<DeadlineEvent, ProvingDeadlineState> run(Running state) {
    DeadlineRun run = state.run();
    Epoch close = run.window().close();
    if (epoch().since(close) >= settings.closeGrace()) {
      return persist(
          List.of(
              new DeadlineEvent.RunClosed(
                  run.window().periodStart(), run.proven(), run.missed(), stamp())),
          next -> ended(run));
    }
    if (!epoch().isBefore(close)) {
      driver.submit(run);
      return Effect().none();
    }
    readReplicas(run);
    prepare(run);
    return persist(
        driver.asks(run, work.replicas, stamp()),
        next -> driver.order(((Running) next).run(), work.replicas),
        false);
  }

  private void ended(DeadlineRun run) {
    driver.cancel(run);
    voice.closed(run);
    work.runEnded();
    context
        .getLog()
        .info(
            "deadline {} of {}: period from {} closed, proven {}, missed {}",
            index,
            miner,
            run.window().periodStart(),
            run.proven(),
            run.missed());
  }

  private void readReplicas(DeadlineRun run) {
    BitField all = RunDriver.sectors(run);
    if (!work.readingReplicas && !work.replicas.covers(all)) {
      work.readingReplicas = true;
      read("the sectors", chain.replicas(all, tick().head()), DeadlineCommand.ReplicasRead::new);
    }
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> onReplicas(
      ProvingDeadlineState state, DeadlineCommand.ReplicasRead heard) {
    work.readingReplicas = false;
    work.replicas = new DeadlineOrders.Replicas(heard.replicas());
    return step(state);
  }

  /** Reads what the submission of ready proofs needs, and whether the chain still asks for them. */
  private void prepare(DeadlineRun run) {
    boolean open = epoch().since(run.window().open()) >= settings.submitAfterOpen();
    if (open && !work.preparing && RunDriver.hasReady(run, epoch())) {
      work.preparing = true;
      read(
          "the commit randomness",
          chain.submission(run.window().challenge(), tick().head()),
          DeadlineCommand.Prepared::new);
    }
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> onPrepared(
      ProvingDeadlineState state, DeadlineCommand.Prepared heard) {
    work.preparing = false;
    if (!(state instanceof Running running)
        || config == null
        || !epoch().isBefore(running.run().window().close())) {
      return Effect().none();
    }
    return persist(
        driver.submissions(running.run(), heard.submission(), config.workerKey(), stamp()));
  }

  // Reports

  private Effect<DeadlineEvent, ProvingDeadlineState> onJob(
      ProvingDeadlineState state, DeadlineCommand.JobReported reported) {
    if (head == null) {
      return later(reported);
    }
    JobReport report = reported.report();
    if (report instanceof JobReport.Progress progress
        && DeadlineDecisions.working(state, report).isPresent()) {
      work.progress.put(
          report.id(),
          progress.worker() + ": " + progress.stage() + " " + progress.percent() + "%");
      return Effect().none();
    }
    return persist(DeadlineDecisions.onJob(state, report, stamp()));
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> onMessage(
      ProvingDeadlineState state, DeadlineCommand.MessageReported reported) {
    if (head == null) {
      return later(reported);
    }
    List<DeadlineEvent> events = DeadlineDecisions.onMessage(state, reported.report(), stamp());
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
      voice.recoveryDeclared(declaring.sectors(), declared.inclusionEpoch());
      declaring.sectors().forEach(each -> each.sectors().stream().forEach(work.readable::remove));
    }
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> later(DeadlineCommand command) {
    if (early.size() < EARLY_MAX) {
      early.add(command);
    }
    return Effect().none();
  }

  // Faults and recoveries

  private Effect<DeadlineEvent, ProvingDeadlineState> onReadable(
      ProvingDeadlineState state, DeadlineCommand.ReadableAgain again) {
    if (work.readable.size() < DeadlineWork.READABLE_MAX) {
      work.readable.add(again.sector().number().value());
    }
    return Effect().none();
  }

  /** Once after each window, and while readable sectors wait for their declaration. */
  private void readFaults(ProvingDeadlineState state, ProvingWindow next, Tick at) {
    Epoch closed = tickConfig().grid().lastClosed(index, at.epoch()).periodStart();
    boolean afterWindow = !work.faultsReadAfter.equals(Optional.of(closed));
    boolean declare =
        !work.readable.isEmpty()
            && DeadlineFaults.mayDeclare(state.faults().recovery(), next, at.epoch());
    if ((afterWindow || declare) && !work.readingFaults) {
      work.readingFaults = true;
      RecoveryState asOf = state.faults().recovery();
      read(
          "the faults",
          chain.faults(at.head()),
          faults -> new DeadlineCommand.FaultsRead(closed, faults, asOf));
    }
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> onFaults(
      ProvingDeadlineState state, DeadlineCommand.FaultsRead heard) {
    work.readingFaults = false;
    FaultBook book = state.faults();
    if (state instanceof Running || !book.recovery().equals(heard.asOf()) || config == null) {
      return Effect().none();
    }
    work.faultsReadAfter = Optional.of(heard.afterPeriod());
    List<PartitionSectors> undeclared = DeadlineFaults.undeclared(heard.faults());
    BitField readable = BitField.of(work.readable);
    List<PartitionSectors> ready = DeadlineFaults.only(undeclared, readable);
    tellFaults(heard.faults(), undeclared, readable);
    work.readable.retainAll(DeadlineFaults.all(ready).stream().boxed().toList());
    List<DeadlineEvent> events =
        new ArrayList<>(DeadlineFaults.changes(book, heard.faults(), stamp()));
    ProvingWindow window = config.grid().next(index, epoch());
    if (!ready.isEmpty() && DeadlineFaults.mayDeclare(book.recovery(), window, epoch())) {
      events.add(
          DeadlineFaults.declaration(book, window, ready, orders, config.workerKey(), stamp()));
    }
    return persist(events);
  }

  private void tellFaults(
      DeadlineChain.Faults faults, List<PartitionSectors> undeclared, BitField readable) {
    undeclared.forEach(each -> voice.faulty(each.sectors(), epoch()));
    faults
        .recovering()
        .values()
        .forEach(each -> voice.recoveryDeclared(each.intersect(readable), epoch()));
  }

  // Operators

  private Effect<DeadlineEvent, ProvingDeadlineState> onRetry(
      ProvingDeadlineState state, DeadlineCommand.RetryPartition retry) {
    if (head == null) {
      return rejected(retry, DeadlineReply.Rejected.Code.NO_HEAD_YET, "no head is known yet");
    }
    if (!(state instanceof Running running)) {
      return rejected(retry, DeadlineReply.Rejected.Code.NO_RUN, "no window is being proven");
    }
    PartitionState partition = running.run().partitions().get(retry.partition());
    if (partition == null) {
      return rejected(
          retry,
          DeadlineReply.Rejected.Code.NO_SUCH_PARTITION,
          "the run has partitions " + running.run().partitions().keySet());
    }
    if (!(partition instanceof PartitionState.Parked)) {
      return rejected(
          retry,
          DeadlineReply.Rejected.Code.NOT_PARKED,
          "it is " + partition.getClass().getSimpleName());
    }
    return persist(
        List.of(new DeadlineEvent.PartitionRetried(retry.partition(), stamp())),
        next -> retry.replyTo().tell(new DeadlineReply.Done()));
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> rejected(
      DeadlineCommand.RetryPartition retry, DeadlineReply.Rejected.Code code, String detail) {
    retry.replyTo().tell(new DeadlineReply.Rejected(code, detail));
    return Effect().none();
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> onDescribe(
      ProvingDeadlineState state, DeadlineCommand.Describe describe) {
    describe.replyTo().tell(Describing.overview(miner, index, state, work.progress));
    return Effect().none();
  }

  // Common

  private Effect<DeadlineEvent, ProvingDeadlineState> onReadFailed(
      ProvingDeadlineState state, DeadlineCommand.ReadFailed failed) {
    work.readingPlan = false;
    work.readingReplicas = false;
    work.readingFaults = false;
    work.preparing = false;
    context
        .getLog()
        .info(
            "deadline {} of {}: could not read {}: {}",
            index,
            miner,
            failed.what(),
            failed.cause().toString());
    return Effect().none();
  }

  private <T> void read(
      String what,
      CompletionStage<T> stage,
      akka.japi.function.Function<T, DeadlineCommand> heard) {
    context.pipeToSelf(
        stage,
        (value, error) ->
            value == null
                ? new DeadlineCommand.ReadFailed(
                    what, error == null ? new IllegalStateException("no value") : error)
                : heard.apply(value));
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

  private Tick tick() {
    if (head == null) {
      throw new IllegalStateException("deadline " + index + " acts before it has seen a head");
    }
    return head;
  }

  private MinerConfig tickConfig() {
    if (config == null) {
      throw new IllegalStateException("deadline " + index + " acts before its miner ticked it");
    }
    return config;
  }

  private Epoch epoch() {
    return tick().epoch();
  }

  private Stamp stamp() {
    return new Stamp(tick().epoch(), tick().now(), ports.node());
  }
}
