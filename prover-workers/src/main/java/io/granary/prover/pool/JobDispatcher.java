package io.granary.prover.pool;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.granary.protocol.Epoch;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.port.JobReports;
import io.granary.prover.JobClass;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.worker.Surroundings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The cluster's one dispatcher of jobs: a {@link PoolBook} behind an actor. It holds no truth;
 * after its death the next one is filled by workers that register and entities that ask again.
 */
public final class JobDispatcher extends AbstractBehavior<JobDispatcher.Command> {
  /** The name in reports of jobs that no worker took. */
  static final String NAME = "pool";

  /** What the dispatcher is told. */
  public sealed interface Command {}

  /** An entity wants a job. */
  public record Ask(JobRequest request) implements Command, PoolMessage {}

  /** An entity no longer wants attempts up to {@code attempt}. */
  public record Cancel(JobId id, long attempt) implements Command, PoolMessage {}

  /** A worker introduces itself. */
  public record RegisterWorker(
      WorkerInfo worker, List<RunningJob> running, ActorRef<ProverWorker.Command> ref)
      implements Command, PoolMessage {
    public RegisterWorker {
      running = List.copyOf(running);
    }
  }

  /** A worker's heartbeat; {@code ref} is for the answer when it is unknown. */
  public record ReportAlive(String worker, Set<JobKey> running, ActorRef<ProverWorker.Command> ref)
      implements Command, PoolMessage {
    public ReportAlive {
      running = Set.copyOf(running);
    }
  }

  /** A worker has, or no longer has, files of sectors. */
  public record HoldSectors(String worker, List<SectorRun> added, List<SectorRun> removed)
      implements Command, PoolMessage {
    public HoldSectors {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
    }
  }

  /** A worker is done with a job. */
  public record EndJob(String worker, JobKey key, JobEnd end) implements Command, PoolMessage {}

  /** An operator, or the worker's own test, lets a worker have jobs of a class again. */
  public record ReleaseWorker(String worker, JobClass jobClass) implements Command, PoolMessage {}

  /** A node saw an epoch of the chain begin. */
  public record TellEpoch(Epoch epoch) implements Command, PoolMessage {}

  /** A node wants to know which dispatcher this is. */
  public record AskIncarnation(ActorRef<Incarnation> replyTo) implements Command, PoolMessage {}

  /** One dispatcher's life; another has another. */
  public record Incarnation(String id) implements PoolMessage {}

  /** The cluster does not reach a node; never leaves this JVM. */
  public record NodeUnreachable(Address node) implements Command {}

  /** The cluster removed a node; never leaves this JVM. */
  public record NodeGone(Address node) implements Command {}

  /** A worker does not take a job. */
  public record RefuseJob(String worker, JobKey key) implements Command, PoolMessage {}

  /** An operator looks, at no more than {@code waitingMax} waiting jobs. */
  public record ShowPool(int waitingMax, ActorRef<PoolStatus> replyTo)
      implements Command, PoolMessage {}

  /** Time has passed; never leaves this JVM. */
  enum Look implements Command {
    INSTANCE
  }

  private final PoolBook book;
  private final JobReports reports;
  private final Supplier<Duration> uptime;
  private final Map<String, ActorRef<ProverWorker.Command>> refs = new HashMap<>();
  private final String incarnation = UUID.randomUUID().toString();

  /**
   * The dispatcher's behaviour.
   *
   * @param uptime time since some start, never going back
   */
  public static Behavior<Command> create(
      ProverWorkersSettings.Pool settings, JobReports reports, Supplier<Duration> uptime) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Look.INSTANCE, settings.tick());
                  return new JobDispatcher(context, settings, reports, uptime);
                }));
  }

  private JobDispatcher(
      ActorContext<Command> context,
      ProverWorkersSettings.Pool settings,
      JobReports reports,
      Supplier<Duration> uptime) {
    super(context);
    this.book = new PoolBook(settings);
    this.reports = reports;
    this.uptime = uptime;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Ask.class, m -> perform(book.ask(m.request(), uptime.get())))
        .onMessage(Cancel.class, m -> perform(book.cancel(m.id(), m.attempt(), uptime.get())))
        .onMessage(RegisterWorker.class, this::register)
        .onMessage(ReportAlive.class, this::alive)
        .onMessage(HoldSectors.class, this::hold)
        .onMessage(
            EndJob.class, m -> perform(book.ended(m.worker(), m.key(), m.end(), uptime.get())))
        .onMessage(
            ReleaseWorker.class, m -> perform(book.release(m.worker(), m.jobClass(), uptime.get())))
        .onMessage(TellEpoch.class, this::tellEpoch)
        .onMessage(AskIncarnation.class, this::tellIncarnation)
        .onMessage(NodeUnreachable.class, m -> lost(m.node(), false))
        .onMessage(NodeGone.class, m -> lost(m.node(), true))
        .onMessage(RefuseJob.class, m -> perform(book.refused(m.worker(), m.key(), uptime.get())))
        .onMessage(ShowPool.class, this::show)
        .onMessage(Look.class, m -> perform(book.look(uptime.get())))
        .build();
  }

  private Behavior<Command> register(RegisterWorker message) {
    refs.put(message.worker().name(), message.ref());
    return perform(book.register(message.worker(), message.running(), uptime.get()));
  }

  private Behavior<Command> alive(ReportAlive message) {
    refs.put(message.worker(), message.ref());
    return perform(book.alive(message.worker(), message.running(), uptime.get()));
  }

  private Behavior<Command> hold(HoldSectors message) {
    book.hold(message.worker(), message.added(), message.removed());
    return perform(book.look(uptime.get()));
  }

  private Behavior<Command> tellEpoch(TellEpoch message) {
    book.epoch(message.epoch(), uptime.get());
    return this;
  }

  private Behavior<Command> tellIncarnation(AskIncarnation message) {
    message.replyTo().tell(new Incarnation(incarnation));
    return this;
  }

  private Behavior<Command> lost(Address node, boolean gone) {
    List<String> there =
        refs.entrySet().stream()
            .filter(entry -> entry.getValue().path().address().equals(node))
            .map(Map.Entry::getKey)
            .toList();
    for (String worker : there) {
      if (gone) {
        perform(book.gone(worker, uptime.get()));
        refs.remove(worker);
      } else {
        perform(book.unreachable(worker, uptime.get()));
      }
    }
    return this;
  }

  private Behavior<Command> show(ShowPool message) {
    message.replyTo().tell(book.status(message.waitingMax(), uptime.get()));
    return this;
  }

  private Behavior<Command> perform(List<PoolEffect> effects) {
    for (PoolEffect effect : effects) {
      if (effect instanceof PoolEffect.Run run) {
        tell(
            run.worker(),
            new ProverWorker.RunJob(
                run.request(),
                new Surroundings(
                    run.holders(),
                    run.slack().map(Duration::toMillis).orElse(Surroundings.UNKNOWN)),
                run.copy()));
      } else if (effect instanceof PoolEffect.Stop stop) {
        tell(stop.worker(), new ProverWorker.StopJob(stop.key().id(), stop.key().attempt()));
      } else if (effect instanceof PoolEffect.Introduce introduce) {
        tell(introduce.worker(), new ProverWorker.Introduce());
      } else if (effect instanceof PoolEffect.TestSelf test) {
        tell(test.worker(), new ProverWorker.TestSelf(test.jobClass()));
      } else if (effect instanceof PoolEffect.Answer answer) {
        JobRequest request = answer.request();
        reports.deliver(
            request.recipient(),
            new JobReport.Succeeded(
                request.id(), request.attempt(), answer.worker(), answer.output(), 0));
      } else if (effect instanceof PoolEffect.TurnAway away) {
        reports.deliver(away.request().recipient(), turnedAway(away.request(), away.reason()));
      }
    }
    return this;
  }

  /**
   * An entity asks again at each tick for as long as it wants the job, so a full queue is no
   * failure of its attempt: nothing is counted, nothing is persisted, it only reads why it waits.
   * An operator asks once and has to hear the end of it.
   */
  private static JobReport turnedAway(JobRequest request, String reason) {
    return request.recipient() instanceof Recipient.Operator
        ? new JobReport.Failed(
            request.id(),
            request.attempt(),
            NAME,
            new JobFailure(JobFailure.Kind.LOST, reason + "; ask again later"),
            0)
        : new JobReport.Progress(request.id(), request.attempt(), NAME, reason, 0);
  }

  private void tell(String worker, ProverWorker.Command message) {
    ActorRef<ProverWorker.Command> ref = refs.get(worker);
    if (ref == null) {
      getContext().getLog().warn("worker {} has no address for {}", worker, message);
    } else {
      ref.tell(message);
    }
  }
}
