package io.granary.prover.pool;

import io.granary.protocol.Epoch;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobRequest;
import io.granary.prover.JobClass;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.worker.JobRunner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the dispatcher knows and decides, without actors and clocks: every call says what time it is
 * (since some start, never going back) and gets what is to be done. Not thread-safe.
 */
final class PoolBook {
  private static final Logger LOG = LoggerFactory.getLogger(PoolBook.class);

  private final ProverWorkersSettings.Pool settings;
  private final WaitingJobs waiting;
  private final Map<String, PoolWorker> workers = new LinkedHashMap<>();
  private final Assignments running = new Assignments();
  private final Map<String, Quarantine> quarantines;
  private final Placement placement;
  private final RunTimes times = new RunTimes();
  private final EpochClock epochs = new EpochClock();
  private final KnownResults results;

  private long asked;

  PoolBook(ProverWorkersSettings.Pool settings) {
    this.settings = settings;
    this.waiting = new WaitingJobs(settings.waitingJobsMax());
    this.placement = new Placement(settings);
    this.results = new KnownResults(settings.resultsKept());
    this.quarantines =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Quarantine> eldest) {
            return size() > settings.workersRemembered();
          }
        };
  }

  /** An entity asks for a job, perhaps again. */
  List<PoolEffect> ask(JobRequest request, Duration now) {
    List<PoolEffect> effects = new ArrayList<>();
    List<PoolWorker> at = running.workers(request.id());
    if (!at.isEmpty()) {
      boolean known = false;
      for (PoolWorker worker : at) {
        PoolWorker.Assignment run = running.of(worker, request.id());
        long attempt = run.job.key().attempt();
        known |= request.attempt() <= attempt;
        if (request.attempt() == attempt) {
          run.request = Optional.of(request);
        } else if (request.attempt() > attempt) {
          stop(worker, run, effects);
        }
      }
      if (known) {
        return effects;
      }
    } else {
      Optional<KnownResults.Known> done = results.answer(request);
      if (done.isPresent()) {
        effects.add(new PoolEffect.Answer(request, done.get().worker(), done.get().output()));
        return effects;
      }
    }
    Optional<Waiting> before = waiting.find(request.id());
    if (before.isPresent() && before.get().request().attempt() >= request.attempt()) {
      return effects;
    }
    before.ifPresent(waiting::remove);
    enqueue(request, now, effects);
    place(now, effects);
    return effects;
  }

  private static void stop(PoolWorker worker, PoolWorker.Assignment run, List<PoolEffect> effects) {
    if (!run.stopping) {
      run.stopping = true;
      effects.add(new PoolEffect.Stop(worker.name(), run.job.key()));
    }
  }

  private void enqueue(JobRequest request, Duration now, List<PoolEffect> effects) {
    long latestStart =
        request.lastUsefulEpoch().value()
            - times.usual(request.spec()).map(epochs::epochs).orElse(0L);
    waiting
        .add(new Waiting(request, JobClass.of(request.spec()), latestStart, asked++, now))
        .ifPresent(
            last ->
                effects.add(
                    new PoolEffect.TurnAway(
                        last.request(),
                        "queue full: " + settings.waitingJobsMax() + " more urgent jobs wait")));
  }

  /** An entity no longer wants attempts up to {@code attempt}. */
  List<PoolEffect> cancel(JobId id, long attempt, Duration now) {
    List<PoolEffect> effects = new ArrayList<>();
    waiting.find(id).filter(w -> w.request().attempt() <= attempt).ifPresent(waiting::remove);
    for (PoolWorker worker : running.workers(id)) {
      PoolWorker.Assignment run = running.of(worker, id);
      if (run.job.key().attempt() <= attempt) {
        run.request = Optional.empty();
        stop(worker, run, effects);
      }
    }
    place(now, effects);
    return effects;
  }

  /** A worker introduces itself, with what it runs. */
  List<PoolEffect> register(WorkerInfo info, List<RunningJob> told, Duration now) {
    List<PoolEffect> effects = new ArrayList<>();
    PoolWorker worker = workers.get(info.name());
    if (worker == null) {
      worker = new PoolWorker(info, quarantine(info.name()), now);
      workers.put(info.name(), worker);
      LOG.info(
          "worker {} joined the pool with {} on {}", info.name(), info.slots(), info.resources());
    } else {
      worker.introduce(info, now);
    }
    Set<JobKey> keys = new HashSet<>();
    for (RunningJob job : told) {
      keys.add(job.key());
      adopt(worker, job, now, effects);
    }
    for (PoolWorker.Assignment run : List.copyOf(worker.assignments().values())) {
      if (!keys.contains(run.job.key())) {
        requeue(worker, run, now, effects);
      }
    }
    place(now, effects);
    return effects;
  }

  private Quarantine quarantine(String worker) {
    return quarantines.computeIfAbsent(
        worker,
        name -> new Quarantine(settings.quarantine().invalid(), settings.quarantine().deaths()));
  }

  /** Takes a job that a worker runs into the book, unless somebody else should run it. */
  private void adopt(PoolWorker worker, RunningJob job, Duration now, List<PoolEffect> effects) {
    JobId id = job.key().id();
    if (running.has(worker, job.key())) {
      return;
    }
    Optional<Waiting> queued = waiting.find(id);
    boolean newerWaits = queued.map(w -> w.request().attempt() > job.key().attempt()).orElse(false);
    if (running.isRun(id) || newerWaits) {
      effects.add(new PoolEffect.Stop(worker.name(), job.key()));
      return;
    }
    Optional<JobRequest> request =
        queued.map(Waiting::request).filter(r -> r.attempt() == job.key().attempt());
    queued.ifPresent(waiting::remove);
    running.add(worker, new PoolWorker.Assignment(job, request, false, now));
  }

  /** Takes a job from a worker; it waits again unless it was stopped or its asker is unknown. */
  private void requeue(
      PoolWorker worker, PoolWorker.Assignment run, Duration now, List<PoolEffect> effects) {
    JobId id = run.job.key().id();
    running.remove(worker, id);
    if (!run.stopping
        && run.request.isPresent()
        && !running.isRun(id)
        && waiting.find(id).isEmpty()) {
      enqueue(run.request.get(), now, effects);
    }
  }

  /** A worker's heartbeat, with what it runs. */
  List<PoolEffect> alive(String name, Set<JobKey> told, Duration now) {
    List<PoolEffect> effects = new ArrayList<>();
    PoolWorker worker = workers.get(name);
    if (worker == null) {
      effects.add(new PoolEffect.Introduce(name));
      return effects;
    }
    worker.hear(now);
    Set<JobKey> unknown = new HashSet<>(told);
    for (PoolWorker.Assignment run : List.copyOf(worker.assignments().values())) {
      boolean runs = unknown.remove(run.job.key());
      boolean late = now.minus(run.since).compareTo(settings.assignmentGrace()) > 0;
      if (!runs && late) {
        LOG.warn("worker {} lost job {}, it waits again", name, run.job.key());
        requeue(worker, run, now, effects);
      }
    }
    if (!unknown.isEmpty()) {
      effects.add(new PoolEffect.Introduce(name));
    }
    place(now, effects);
    return effects;
  }

  /** A worker holds, or no longer holds, files of sectors. */
  void hold(String name, List<SectorRun> added, List<SectorRun> removed) {
    PoolWorker worker = workers.get(name);
    if (worker != null) {
      added.forEach(worker.held()::add);
      removed.forEach(worker.held()::remove);
    }
  }

  /**
   * A worker is done with a job. The first that ends well has won: its copy is stopped. A copy that
   * fails alone was not reported to the asker, so it waits again.
   */
  List<PoolEffect> ended(String name, JobKey key, JobEnd end, Duration now) {
    List<PoolEffect> effects = new ArrayList<>();
    PoolWorker worker = workers.get(name);
    if (end instanceof JobEnd.Succeeded won) {
      won.output().ifPresent(output -> results.keep(key, name, output));
      waiting
          .find(key.id())
          .filter(w -> JobKey.of(w.request()).equals(key))
          .ifPresent(waiting::remove);
    }
    if (worker != null && running.has(worker, key)) {
      PoolWorker.Assignment run = running.of(worker, key.id());
      if (end instanceof JobEnd.Failed && run.copy) {
        requeue(worker, run, now, effects);
      } else {
        running.remove(worker, key.id());
      }
      judge(worker, run, end, now);
    }
    if (end instanceof JobEnd.Succeeded) {
      for (PoolWorker other : running.workers(key.id())) {
        PoolWorker.Assignment slower = running.of(other, key.id());
        if (slower.job.key().equals(key)) {
          slower.request = Optional.empty();
          stop(other, slower, effects);
        }
      }
    }
    place(now, effects);
    return effects;
  }

  private void judge(PoolWorker worker, PoolWorker.Assignment run, JobEnd end, Duration now) {
    JobClass jobClass = run.job.jobClass();
    if (end instanceof JobEnd.Succeeded) {
      run.request.ifPresent(request -> times.learn(request.spec(), now.minus(run.since)));
      worker.quarantine().succeeded(jobClass);
    } else if (end instanceof JobEnd.Failed failed) {
      worker
          .quarantine()
          .failed(jobClass, run.job.key().id(), failed.failure(), now)
          .ifPresent(
              bar ->
                  LOG.error(
                      "worker {} gets no {} jobs until it is released: {}",
                      worker.name(),
                      jobClass,
                      bar.reason()));
    }
  }

  /** A worker does not take a job. It gets nothing for a while; its next heartbeat tells why. */
  List<PoolEffect> refused(String name, JobKey key, Duration now) {
    List<PoolEffect> effects = new ArrayList<>();
    PoolWorker worker = workers.get(name);
    if (worker != null) {
      worker.pauseUntil(now.plus(settings.assignmentGrace()));
      if (running.has(worker, key)) {
        requeue(worker, running.of(worker, key.id()), now, effects);
      }
      effects.add(new PoolEffect.Introduce(name));
    }
    place(now, effects);
    return effects;
  }

  /** An operator, or a test that the worker passed, lets it have jobs of a class again. */
  List<PoolEffect> release(String name, JobClass jobClass, Duration now) {
    List<PoolEffect> effects = new ArrayList<>();
    Quarantine quarantine = quarantines.get(name);
    if (quarantine != null && quarantine.release(jobClass)) {
      LOG.info("worker {} gets {} jobs again", name, jobClass);
    }
    place(now, effects);
    return effects;
  }

  /** A node saw an epoch begin. */
  void epoch(Epoch epoch, Duration now) {
    epochs.tell(epoch, now);
  }

  /**
   * The cluster does not reach a worker's node: what it does for deadlines is begun elsewhere too.
   */
  List<PoolEffect> unreachable(String name, Duration now) {
    List<PoolEffect> effects = new ArrayList<>();
    PoolWorker worker = workers.get(name);
    if (worker != null) {
      LOG.warn("worker {} is not reached", name);
      worker.lose();
      copySlow(now, effects);
    }
    return effects;
  }

  /** The cluster removed a worker's node. */
  List<PoolEffect> gone(String name, Duration now) {
    List<PoolEffect> effects = new ArrayList<>();
    drop(name, "its node left the cluster", now, effects);
    place(now, effects);
    return effects;
  }

  private void drop(String name, String why, Duration now, List<PoolEffect> effects) {
    PoolWorker worker = workers.remove(name);
    if (worker != null) {
      LOG.warn("worker {}: {}, its {} jobs wait again", name, why, worker.assignments().size());
      List.copyOf(worker.assignments().values()).forEach(a -> requeue(worker, a, now, effects));
    }
  }

  /** Time has passed: drops silent workers, places what waits, and doubles what is slow. */
  List<PoolEffect> look(Duration now) {
    List<PoolEffect> effects = new ArrayList<>();
    for (PoolWorker worker : List.copyOf(workers.values())) {
      Duration silent = now.minus(worker.heard());
      if (silent.compareTo(settings.workerSilence()) > 0) {
        drop(worker.name(), "silent since " + silent, now, effects);
      }
    }
    place(now, effects);
    copySlow(now, effects);
    retest(now, effects);
    return effects;
  }

  private void place(Duration now, List<PoolEffect> effects) {
    Set<JobClass> full = new HashSet<>();
    for (JobClass jobClass : JobClass.values()) {
      if (workers.values().stream().allMatch(w -> w.freeSlots(jobClass, now) == 0)) {
        full.add(jobClass);
      }
    }
    for (Waiting job : waiting.all()) {
      if (running.isRun(job.id())) {
        continue;
      }
      if (full.contains(job.jobClass())) {
        makeRoom(job, effects);
        continue;
      }
      placement
          .pick(
              wish(job.request(), now.minus(job.since()), Optional.empty(), now),
              workers.values(),
              now)
          .ifPresent(
              worker -> {
                waiting.remove(job);
                run(worker, job.request(), false, now, effects);
              });
    }
  }

  private Placement.Wish wish(
      JobRequest request, Duration waited, Optional<PoolWorker> elsewhere, Duration now) {
    return new Placement.Wish(
        request,
        JobClass.of(request.spec()),
        waited,
        epochs.until(request.lastUsefulEpoch(), now),
        elsewhere);
  }

  private void run(
      PoolWorker worker, JobRequest request, boolean copy, Duration now, List<PoolEffect> effects) {
    RunningJob job =
        new RunningJob(
            JobKey.of(request), JobClass.of(request.spec()), JobRunner.subject(request.spec()));
    running.add(worker, new PoolWorker.Assignment(job, Optional.of(request), copy, now));
    effects.add(
        new PoolEffect.Run(
            worker.name(),
            request,
            placement.holders(request, worker.name(), workers.values()),
            epochs.until(request.lastUsefulEpoch(), now),
            copy));
  }

  /** A rehearsal gives way to what a deadline waits for. */
  private void makeRoom(Waiting job, List<PoolEffect> effects) {
    if (!job.jobClass().isPoSt() || job.request().rehearsal()) {
      return;
    }
    for (PoolWorker worker : workers.values()) {
      for (PoolWorker.Assignment run : worker.assignments().values()) {
        if (run.job.jobClass() == job.jobClass() && run.isRehearsal()) {
          stop(worker, run, effects);
          return;
        }
      }
    }
  }

  /**
   * Starts a second copy of PoSt jobs that are slow, late or in doubt, where nothing else waits.
   */
  private void copySlow(Duration now, List<PoolEffect> effects) {
    for (PoolWorker worker : List.copyOf(workers.values())) {
      for (PoolWorker.Assignment run : List.copyOf(worker.assignments().values())) {
        JobRequest request = wantsCopy(worker, run, now);
        if (request != null) {
          placement
              .pick(
                  wish(request, now.minus(run.since), Optional.of(worker), now),
                  workers.values(),
                  now)
              .ifPresent(
                  other -> {
                    LOG.warn(
                        "job {} of {} is slow or in doubt on {}, a copy starts on {}",
                        request.id(),
                        run.job.subject(),
                        worker.name(),
                        other.name());
                    run(other, request, true, now, effects);
                  });
        }
      }
    }
  }

  private @Nullable JobRequest wantsCopy(
      PoolWorker worker, PoolWorker.Assignment run, Duration now) {
    if (!run.job.jobClass().isPoSt()
        || run.stopping
        || run.isRehearsal()
        || run.request.isEmpty()
        || running.workers(run.job.key().id()).size() > 1) {
      return null;
    }
    JobRequest request = run.request.get();
    return worker.unreachable() || isSlow(run, request, now) ? request : null;
  }

  private boolean isSlow(PoolWorker.Assignment run, JobRequest request, Duration now) {
    Optional<Duration> usual = times.usual(request.spec());
    if (usual.isEmpty()) {
      return false;
    }
    Duration ran = now.minus(run.since);
    double millis = usual.get().toMillis();
    boolean slow =
        ran.compareTo(settings.copies().after()) >= 0
            && ran.toMillis() > millis * settings.copies().slowFactor();
    boolean late =
        epochs
            .until(request.lastUsefulEpoch(), now)
            .map(
                left ->
                    ran.toMillis() > millis
                        && left.toMillis() < millis * settings.copies().slackFactor())
            .orElse(false);
    return slow || late;
  }

  /** The book as an operator reads it, with the {@code waitingMax} most urgent waiting jobs. */
  PoolStatus status(int waitingMax, Duration now) {
    return PoolView.of(workers.values(), waiting, waitingMax, now);
  }

  /** Workers barred from a class for long enough try themselves, once in that time. */
  private void retest(Duration now, List<PoolEffect> effects) {
    for (PoolWorker worker : workers.values()) {
      worker
          .quarantine()
          .due(settings.quarantine().retest(), now)
          .forEach(jobClass -> effects.add(new PoolEffect.TestSelf(worker.name(), jobClass)));
    }
  }
}
