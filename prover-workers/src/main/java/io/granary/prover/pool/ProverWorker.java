package io.granary.prover.pool;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.port.JobReports;
import io.granary.prover.JobClass;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.storage.SharedStaging;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.storage.StoragePaths;
import io.granary.prover.worker.JobFailedException;
import io.granary.prover.worker.JobRun;
import io.granary.prover.worker.JobRunner;
import io.granary.prover.worker.Jobs;
import io.granary.prover.worker.Surroundings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * A node's worker: takes jobs from the dispatcher up to its slots, runs each on a job thread, and
 * reports to whoever asked. Its name, not its reference, is its identity.
 */
public final class ProverWorker extends AbstractBehavior<ProverWorker.Command> {
  /** What a worker is told. */
  public sealed interface Command {}

  /**
   * Run this job.
   *
   * @param copy beside another worker: a failure is told to the dispatcher, not to the asker
   */
  public record RunJob(JobRequest request, Surroundings surroundings, boolean copy)
      implements Command, PoolMessage {
    /** A first run that is told nothing of other nodes. */
    public RunJob(JobRequest request) {
      this(request, Surroundings.NONE, false);
    }
  }

  /** Try whether jobs of a class can be run again. */
  public record TestSelf(JobClass jobClass) implements Command, PoolMessage {}

  /** Stop attempts of a job up to {@code attempt}. */
  public record StopJob(JobId id, long attempt) implements Command, PoolMessage {}

  /** The dispatcher does not know this worker: say who you are. */
  public record Introduce() implements Command, PoolMessage {}

  /**
   * The node leaves its cluster: take no more jobs, say that those under way are lost, and end;
   * never leaves this JVM.
   *
   * @param replyTo told when all of it was said
   */
  public record Leave(ActorRef<Done> replyTo) implements Command {}

  private enum Beat implements Command {
    INSTANCE
  }

  private record Held(SectorId sector, boolean here) implements Command {}

  private enum TellHeld implements Command {
    INSTANCE
  }

  private record Tested(JobClass jobClass, Optional<String> failure) implements Command {}

  private record Finished(
      JobKey key, Optional<JobOutput> output, Optional<JobFailure> failure, long millis)
      implements Command {}

  /**
   * What a worker works with.
   *
   * @param executor the job threads, as many as there are slots; never a dispatcher of actors
   * @param dispatcher the way to the dispatcher singleton
   */
  public record Tools(
      WorkerInfo info,
      ProverWorkersSettings.Worker settings,
      Jobs jobs,
      StoragePaths storage,
      JobReports reports,
      Executor executor,
      ActorRef<JobDispatcher.Command> dispatcher) {}

  private static final class Running {
    final JobRequest request;
    final boolean copy;
    final JobRun run;
    final long startedNanos;
    @Nullable RunJob next;

    Running(RunJob message, JobRun run, long startedNanos) {
      this.request = message.request();
      this.copy = message.copy();
      this.run = run;
      this.startedNanos = startedNanos;
    }

    JobKey key() {
      return JobKey.of(request);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(ProverWorker.class);

  /** How long changes of what is held are gathered: a path attached brings very many at once. */
  private static final Duration HELD_GATHERED = Duration.ofMillis(20);

  private final Tools tools;
  private final TimerScheduler<Command> timers;
  private final Runnable endListening;
  private final Map<JobId, Running> running = new LinkedHashMap<>();
  private final SortedSet<SectorId> cameHere = new TreeSet<>();
  private final SortedSet<SectorId> wentAway = new TreeSet<>();
  private Set<String> toldStorageIds = Set.of();

  /** The worker's behaviour. */
  public static Behavior<Command> create(Tools tools) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Beat.INSTANCE, tools.settings().heartbeat());
                  return new ProverWorker(context, timers, tools);
                }));
  }

  private ProverWorker(ActorContext<Command> context, TimerScheduler<Command> timers, Tools tools) {
    super(context);
    this.timers = timers;
    this.tools = tools;
    ActorRef<Command> self = context.getSelf();
    this.endListening = tools.storage().listen((sector, here) -> self.tell(new Held(sector, here)));
    introduce();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(RunJob.class, this::runJob)
        .onMessage(StopJob.class, this::stopJob)
        .onMessage(Introduce.class, m -> introduce())
        .onMessage(Leave.class, this::leave)
        .onMessage(TestSelf.class, this::testSelf)
        .onMessage(Tested.class, this::tested)
        .onMessage(Beat.class, m -> beat())
        .onMessage(Held.class, this::held)
        .onMessage(TellHeld.class, m -> tellHeld())
        .onMessage(Finished.class, this::finished)
        .onSignal(PostStop.class, s -> stopped())
        .onSignal(PreRestart.class, s -> stopped())
        .build();
  }

  private Behavior<Command> introduce() {
    tools
        .dispatcher()
        .tell(
            new JobDispatcher.RegisterWorker(
                info(),
                running.values().stream().map(r -> runningJob(r.request)).toList(),
                getContext().getSelf()));
    cameHere.clear();
    wentAway.clear();
    hold(SectorRun.of(new TreeSet<>(tools.storage().sectors())), true);
    return this;
  }

  /** Tells of sectors in messages of bounded size. */
  private void hold(List<SectorRun> runs, boolean here) {
    int chunk = tools.settings().heldChunk();
    for (int from = 0; from < runs.size(); from += chunk) {
      List<SectorRun> part = runs.subList(from, Math.min(from + chunk, runs.size()));
      tools
          .dispatcher()
          .tell(
              new JobDispatcher.HoldSectors(
                  tools.info().name(), here ? part : List.of(), here ? List.of() : part));
    }
  }

  private WorkerInfo info() {
    toldStorageIds = storageIds();
    return tools.info().withStorageIds(toldStorageIds);
  }

  /** The shared staging, too, from which this node can hand deals' data to others. */
  private Set<String> storageIds() {
    Set<String> ids =
        tools.storage().paths().stream().map(StoragePath::id).collect(Collectors.toSet());
    if (!ids.isEmpty()) {
      tools.storage().sharedStaging().map(SharedStaging::id).ifPresent(ids::add);
    }
    return ids;
  }

  private static RunningJob runningJob(JobRequest request) {
    return new RunningJob(
        JobKey.of(request), JobClass.of(request.spec()), JobRunner.subject(request.spec()));
  }

  private Behavior<Command> beat() {
    if (!storageIds().equals(toldStorageIds)) {
      introduce(); // A path was attached since.
    }
    tools
        .dispatcher()
        .tell(
            new JobDispatcher.ReportAlive(
                tools.info().name(),
                running.values().stream().map(Running::key).collect(Collectors.toSet()),
                getContext().getSelf()));
    return this;
  }

  private Behavior<Command> held(Held message) {
    (message.here() ? cameHere : wentAway).add(message.sector());
    (message.here() ? wentAway : cameHere).remove(message.sector());
    if (!timers.isTimerActive(TellHeld.INSTANCE)) {
      timers.startSingleTimer(TellHeld.INSTANCE, HELD_GATHERED);
    }
    return this;
  }

  private Behavior<Command> tellHeld() {
    hold(SectorRun.of(cameHere), true);
    hold(SectorRun.of(wentAway), false);
    cameHere.clear();
    wentAway.clear();
    return this;
  }

  private Behavior<Command> runJob(RunJob message) {
    JobRequest request = message.request();
    Running before = running.get(request.id());
    if (before != null) {
      supersede(before, message);
    } else if (full(JobClass.of(request.spec()))) {
      tools.dispatcher().tell(new JobDispatcher.RefuseJob(tools.info().name(), JobKey.of(request)));
    } else {
      start(message);
    }
    return this;
  }

  /**
   * A newer attempt starts when the older one's child is gone; the same or an older one is known.
   */
  private void supersede(Running before, RunJob message) {
    long attempt = message.request().attempt();
    if (attempt > before.request.attempt()) {
      before.next = message;
      before.run.cancel(JobFailure.Kind.CANCELLED, "attempt " + attempt + " replaces it");
    }
  }

  private boolean full(JobClass jobClass) {
    long used =
        running.values().stream().filter(r -> JobClass.of(r.request.spec()) == jobClass).count();
    return used >= tools.info().slots().getOrDefault(jobClass, 0);
  }

  private void start(RunJob message) {
    JobRequest request = message.request();
    ProgressReports progress =
        new ProgressReports(
            tools.reports(),
            request,
            tools.info().name(),
            tools.settings().progressInterval(),
            System::nanoTime);
    JobRun run =
        new JobRun(
            request.id(), mdc(request.spec(), request.id()), progress, message.surroundings());
    Running started = new Running(message, run, System.nanoTime());
    running.put(request.id(), started);
    getContext().getLog().debug("job {} attempt {} starts", request.id(), request.attempt());
    tools
        .reports()
        .deliver(
            request.recipient(),
            new JobReport.Started(request.id(), request.attempt(), tools.info().name()));
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(() -> onJobThread(request.spec(), run), tools.executor()),
            (output, failure) -> outcome(started, output, failure));
  }

  private JobOutput onJobThread(JobSpec spec, JobRun run) {
    Map<String, String> context = mdc(spec, run.id());
    context.forEach(MDC::put);
    try {
      return tools.jobs().run(spec, run);
    } finally {
      context.keySet().forEach(MDC::remove);
    }
  }

  private Finished outcome(Running job, @Nullable JobOutput output, @Nullable Throwable failure) {
    long millis = (System.nanoTime() - job.startedNanos) / 1_000_000;
    return new Finished(
        job.key(),
        Optional.ofNullable(output),
        Optional.ofNullable(failure).map(f -> failure(job, f)),
        millis);
  }

  private static JobFailure failure(Running job, Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (cause instanceof JobFailedException expected) {
      return expected.failure();
    }
    Optional<JobFailure> cancelled = job.run.cancelled();
    if (cancelled.isPresent()) {
      return cancelled.get();
    }
    LOG.error("job {} failed in a way nobody foresaw", job.request.id(), cause);
    return new JobFailure(
        JobFailure.Kind.ENVIRONMENT, JobRunner.subject(job.request.spec()) + ": " + cause);
  }

  private Behavior<Command> finished(Finished message) {
    Running job = running.get(message.key().id());
    if (job == null || !job.key().equals(message.key())) {
      return this;
    }
    running.remove(message.key().id());
    String name = tools.info().name();
    JobRequest request = job.request;
    message
        .output()
        .ifPresent(
            output ->
                tools
                    .reports()
                    .deliver(
                        request.recipient(),
                        new JobReport.Succeeded(
                            request.id(), request.attempt(), name, output, message.millis())));
    // Whoever had it stopped has another attempt or copy, or wants none: its failure could only be
    // taken for the other's.
    message
        .failure()
        .filter(failure -> failure.kind() != JobFailure.Kind.CANCELLED)
        .ifPresent(failure -> reportFailure(job, failure, message.millis()));
    tools.dispatcher().tell(new JobDispatcher.EndJob(name, message.key(), end(message)));
    RunJob next = job.next;
    if (next != null) {
      start(next);
    }
    return this;
  }

  private static JobEnd end(Finished message) {
    return message
        .failure()
        .<JobEnd>map(JobEnd.Failed::new)
        .orElseGet(() -> new JobEnd.Succeeded(message.output().filter(KnownResults::isSmall)));
  }

  private void reportFailure(Running job, JobFailure failure, long millis) {
    JobRequest request = job.request;
    getContext()
        .getLog()
        .warn(
            "job {} attempt {} failed, {}: {}",
            request.id(),
            request.attempt(),
            failure.kind(),
            failure.message());
    if (job.copy) {
      return; // The other run's outcome is the one that counts.
    }
    tools
        .reports()
        .deliver(
            request.recipient(),
            new JobReport.Failed(
                request.id(), request.attempt(), tools.info().name(), failure, millis));
  }

  private Behavior<Command> stopJob(StopJob message) {
    Running job = running.get(message.id());
    if (job != null) {
      RunJob next = job.next;
      if (next != null && next.request().attempt() <= message.attempt()) {
        job.next = null;
      }
      if (job.request.attempt() <= message.attempt()) {
        job.run.cancel(JobFailure.Kind.CANCELLED, "no longer wanted");
      }
    }
    return this;
  }

  /**
   * Without slots first: else the dispatcher would give what was lost here to this worker again.
   */
  private Behavior<Command> leave(Leave message) {
    WorkerInfo info = tools.info();
    tools
        .dispatcher()
        .tell(
            new JobDispatcher.RegisterWorker(
                new WorkerInfo(info.name(), Map.of(), Set.of(), Set.of()),
                running.values().stream().map(r -> runningJob(r.request)).toList(),
                getContext().getSelf()));
    loseRunning();
    message.replyTo().tell(Done.getInstance());
    return Behaviors.stopped();
  }

  private Behavior<Command> testSelf(TestSelf message) {
    getContext()
        .pipeToSelf(
            CompletableFuture.runAsync(
                () -> tools.jobs().test(message.jobClass()), tools.executor()),
            (done, failure) ->
                new Tested(
                    message.jobClass(), Optional.ofNullable(failure).map(Throwable::toString)));
    return this;
  }

  private Behavior<Command> tested(Tested message) {
    String name = tools.info().name();
    message
        .failure()
        .ifPresentOrElse(
            failure ->
                getContext()
                    .getLog()
                    .warn(
                        "worker {} still cannot run {} jobs: {}",
                        name,
                        message.jobClass(),
                        failure),
            () ->
                tools.dispatcher().tell(new JobDispatcher.ReleaseWorker(name, message.jobClass())));
    return this;
  }

  private Behavior<Command> stopped() {
    endListening.run();
    loseRunning();
    return this;
  }

  /** This worker ends: whoever waits for its jobs need not wait to find out. */
  private void loseRunning() {
    for (Running job : running.values()) {
      job.run.cancel(JobFailure.Kind.LOST, "the worker's node stops");
      JobFailure lost =
          new JobFailure(
              JobFailure.Kind.LOST, "worker " + tools.info().name() + " stopped while it ran");
      reportFailure(job, lost, (System.nanoTime() - job.startedNanos) / 1_000_000);
      tools
          .dispatcher()
          .tell(new JobDispatcher.EndJob(tools.info().name(), job.key(), new JobEnd.Failed(lost)));
    }
    running.clear();
  }

  /** Logging context: job, and sector or miner. */
  private static Map<String, String> mdc(JobSpec spec, JobId id) {
    String job = id.value().substring(0, 12);
    return spec instanceof JobSpec.OfSector ofSector
        ? Map.of(
            "job",
            job,
            "sector",
            ofSector.sector().toString(),
            "miner",
            ofSector.sector().miner().toString())
        : Map.of("job", job, "partition", JobRunner.subject(spec));
  }
}
