package io.granary.sharding.deadline;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
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
import io.granary.sharding.entity.SeenHead;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One proving deadline of a miner; see the package's description for a run's way. State: {@link
 * ProvingDeadlineState} from the journal, {@link DeadlineWork} from this life only.
 */
public final class DeadlineEntity extends DeadlineJournal {
  public static final EntityTypeKey<DeadlineCommand> TYPE_KEY =
      EntityTypeKey.create(DeadlineCommand.class, "deadline");

  /** How many reports may wait for the first head of a life. */
  private static final int EARLY_MAX = 1_000;

  private final ActorId miner;
  private final long index;
  private final DeadlineSettings settings;
  private final DeadlineWork work = new DeadlineWork();
  private final DeadlineOrders orders;
  private final RunJobs jobs;
  private final SeenHead<DeadlineCommand> head;
  private final DeadlineReads reads;
  private final RunDriver driver;
  private final RunSteps steps;
  private final DeadlineVoice voice;
  private final FaultWatch faults;
  private final Rehearsal rehearsal;
  private final Scrub scrub;
  private final DeadlineOperatorLog log;
  private final DeadlineAnnouncer announcer;
  private @Nullable MinerConfig config;

  private DeadlineEntity(
      ActorContext<DeadlineCommand> context,
      ActorId miner,
      long index,
      DeadlinePorts ports,
      DeadlineSettings settings) {
    super(context, PersistenceId.of(TYPE_KEY.name(), entityId(miner, index)));
    this.miner = miner;
    this.index = index;
    this.settings = settings;
    this.head = new SeenHead<>(context, "deadline " + index, ports.node(), EARLY_MAX);
    this.reads = new DeadlineReads(context, ports, miner, index);
    Recipient.Deadline self = new Recipient.Deadline(miner, index);
    this.orders = new DeadlineOrders(miner, index);
    this.jobs = new RunJobs(orders);
    this.voice = new DeadlineVoice(ports.sectors(), miner);
    this.driver = new RunDriver(orders, jobs, ports, self);
    this.steps = new RunSteps(index, settings, work, reads, driver);
    this.faults = new FaultWatch(index, settings.recoveriesMax(), work, reads, orders, voice);
    this.rehearsal = new Rehearsal(self, settings, reads, orders, ports.pool());
    this.scrub = new Scrub(self, settings, reads, orders, ports.pool(), voice);
    this.log = new DeadlineOperatorLog(context.getLog(), miner, index);
    this.announcer = new DeadlineAnnouncer(voice, faults, log);
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
  public SignalHandler<ProvingDeadlineState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), state -> begin())
        .build();
  }

  /** Also after a failed persist: what was under way then is begun anew from the journal. */
  private void begin() {
    work.clear();
    jobs.clear();
    rehearsal.clear();
    scrub.clear();
    reads.beginWithHead();
  }

  @Override
  public CommandHandler<DeadlineCommand, DeadlineEvent, ProvingDeadlineState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(DeadlineCommand.HeadSeen.class, this::onHead)
        .onCommand(DeadlineCommand.HeadKnown.class, this::onHeadKnown)
        .onCommand(DeadlineCommand.Continue.class, this::onContinue)
        .onCommand(DeadlineCommand.JobReported.class, this::onJob)
        .onCommand(DeadlineCommand.MessageReported.class, this::onMessage)
        .onCommand(DeadlineCommand.ReadableAgain.class, this::onReadable)
        .onCommand(DeadlineCommand.RetryPartition.class, this::onRetry)
        .onCommand(DeadlineCommand.Describe.class, this::onDescribe)
        .onCommand(DeadlineCommand.PlanRead.class, this::onPlan)
        .onCommand(DeadlineCommand.ReplicasRead.class, this::onReplicas)
        .onCommand(DeadlineCommand.Prepared.class, this::onPrepared)
        .onCommand(DeadlineCommand.FaultsRead.class, this::onFaults)
        .onCommand(DeadlineCommand.RehearsalRead.class, this::onRehearsal)
        .onCommand(DeadlineCommand.ScrubRead.class, this::onScrub)
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
        ? run(running, config)
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
      rehearsal.stop();
      scrub.stop();
      reads.plan(window, at);
    } else {
      faults.look(state.faults(), miner, window, at);
      rehearsal.look(state.rehearsals(), miner, window, at);
      scrub.look(miner, window, at);
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
    jobs.know(plan.replicas());
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

  private Effect<DeadlineEvent, ProvingDeadlineState> run(Running state, MinerConfig miner) {
    DeadlineRun run = state.run();
    if (steps.isOver(run, miner.grid(), head.epoch())) {
      return persist(
          List.of(
              new DeadlineEvent.RunClosed(
                  run.window().periodStart(), run.proven(), run.missed(), head.stamp())),
          next -> ended(run));
    }
    if (!head.epoch().isBefore(run.window().close())) {
      return persist(RunDriver.parked(run, head.stamp()), next -> awaitOutcome(run, next), false);
    }
    List<DeadlineEvent> resumed = RunDriver.resumed(run, head.stamp());
    if (!resumed.isEmpty()) {
      return persist(resumed);
    }
    BitField missing = jobs.missing(run);
    if (!missing.isEmpty()) {
      reads.replicas(missing, head.tick());
    }
    return goOn(run, run.partitions().values());
  }

  private void awaitOutcome(DeadlineRun before, ProvingDeadlineState now) {
    driver.cancel(before.partitions().values());
    DeadlineRun run = ((Running) now).run();
    driver.order(run, run.partitions().values());
  }

  private void ended(DeadlineRun run) {
    voice.closed(run);
    work.runEnded();
    jobs.clear();
    log.closed(run);
  }

  /** After something was persisted: only what it is about may go on. */
  private Effect<DeadlineEvent, ProvingDeadlineState> onContinue(
      ProvingDeadlineState state, DeadlineCommand.Continue heard) {
    boolean whole =
        heard.partitions().isEmpty()
            || head.isUnknown()
            || !(state instanceof Running running)
            || !head.epoch().isBefore(running.run().window().close());
    if (whole) {
      return step(state);
    }
    DeadlineRun run = ((Running) state).run();
    return goOn(run, RunSteps.among(run, heard.partitions()));
  }

  /** Persists what of {@code among} is due, and orders what of it is under way. */
  private Effect<DeadlineEvent, ProvingDeadlineState> goOn(
      DeadlineRun run, Collection<PartitionState> among) {
    List<DeadlineEvent> events = config == null ? List.of() : steps.due(run, among, config, head);
    List<Long> wanted = among.stream().map(state -> state.plan().partition()).toList();
    return persist(
        events,
        next -> {
          DeadlineRun after = ((Running) next).run();
          driver.order(after, RunSteps.among(after, wanted));
          continueWith(
              events.stream().filter(DeadlineEvent.ProofJobFailed.class::isInstance).toList());
        },
        false);
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> onReplicas(
      ProvingDeadlineState state, DeadlineCommand.ReplicasRead heard) {
    reads.answered(DeadlineReads.Question.SECTORS);
    jobs.know(heard.replicas());
    return step(state);
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
    DeadlineRun run = running.run();
    return persist(
        steps.prepared(run, heard.submission(), config, head),
        next -> steps.cancelReplaced(run, ((Running) next).run()));
  }

  // Reports

  private Effect<DeadlineEvent, ProvingDeadlineState> onJob(
      ProvingDeadlineState state, DeadlineCommand.JobReported reported) {
    if (head.isUnknown()) {
      head.await(reported);
      return Effect().none();
    }
    JobReport report = reported.report();
    if (report instanceof JobReport.Started || report instanceof JobReport.Progress) {
      DeadlineDecisions.working(state, report)
          .ifPresent(working -> work.progress.put(working.job(), said(report)));
      return Effect().none();
    }
    work.progress.remove(report.id());
    return state instanceof Resting
        ? onRehearsalJob(report)
        : persist(DeadlineDecisions.onJob(state, report, head.stamp()));
  }

  // Rehearsals and scrubs

  private Effect<DeadlineEvent, ProvingDeadlineState> onRehearsal(
      ProvingDeadlineState state, DeadlineCommand.RehearsalRead heard) {
    reads.answered(DeadlineReads.Question.REHEARSAL);
    if (state instanceof Resting && config != null) {
      rehearsal.onRead(heard, config, head.epoch());
    }
    return Effect().none();
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> onScrub(
      ProvingDeadlineState state, DeadlineCommand.ScrubRead heard) {
    reads.answered(DeadlineReads.Question.SCRUB);
    if (state instanceof Resting && config != null) {
      scrub.onRead(heard.sectors(), config, head.epoch());
    }
    return Effect().none();
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> onRehearsalJob(JobReport report) {
    MinerConfig miner = config;
    if (miner == null || scrub.onJob(report, head.epoch())) {
      return Effect().none();
    }
    Optional<DeadlineEvent.RehearsalDone> done = rehearsal.onJob(report, miner, head.stamp());
    return persist(
        Rehearsal.events(done), next -> done.ifPresent(outcome -> rehearsed(outcome, miner)));
  }

  private void rehearsed(DeadlineEvent.RehearsalDone done, MinerConfig miner) {
    voice.failedRehearsal(done, rehearsal.challenge(done, miner));
    log.rehearsed(done);
  }

  // Messages

  private static DeadlineWork.Said said(JobReport report) {
    return new DeadlineWork.Said(
        report.worker(),
        report instanceof JobReport.Progress progress
            ? progress.stage() + " " + progress.percent() + "%"
            : "");
  }

  private Effect<DeadlineEvent, ProvingDeadlineState> onMessage(
      ProvingDeadlineState state, DeadlineCommand.MessageReported reported) {
    if (head.isUnknown()) {
      head.await(reported);
      return Effect().none();
    }
    List<DeadlineEvent> events =
        DeadlineDecisions.onMessage(state, reported.report(), orders.periods(), head.stamp());
    return persist(
        events, next -> events.forEach(event -> announcer.tell(state, next, event, head.epoch())));
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
            : DeadlineDecisions.refusesRetry(state, retry.partition(), head.epoch());
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
    describe.replyTo().tell(Describing.overview(miner, index, state, work, head.known()));
    return Effect().none();
  }

  // Common

  private Effect<DeadlineEvent, ProvingDeadlineState> onReadFailed(
      ProvingDeadlineState state, DeadlineCommand.ReadFailed failed) {
    reads.answered(failed.question());
    log.unread(failed.question(), failed.cause());
    return Effect().none();
  }
}
