package io.granary.prover.pool;

import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobRequest;
import io.granary.prover.JobClass;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.worker.JobRunner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the dispatcher knows and decides, without actors and clocks: every call says what time it is
 * (since some start, never going back) and gets what is to be done. Not thread-safe.
 */
final class PoolBook {
  private static final Logger LOG = LoggerFactory.getLogger(PoolBook.class);

  /** A job nobody runs. PoSt goes first, then what is useful for the shortest time. */
  private record Waiting(JobRequest request, JobClass jobClass, long order, Duration since) {
    static final Comparator<Waiting> URGENCY =
        Comparator.comparing((Waiting w) -> !w.jobClass.isPoSt())
            .thenComparing(w -> w.request.lastUsefulEpoch())
            .thenComparingLong(Waiting::order);
  }

  private final ProverWorkersSettings.Pool settings;
  private final Map<JobId, Waiting> waitingById = new HashMap<>();
  private final TreeSet<Waiting> waiting = new TreeSet<>(Waiting.URGENCY);
  private final Map<String, PoolWorker> workers = new LinkedHashMap<>();

  /** Which worker has a job, for every assignment. */
  private final Map<JobId, PoolWorker> workerOf = new HashMap<>();

  private long asked;

  PoolBook(ProverWorkersSettings.Pool settings) {
    this.settings = settings;
  }

  /** An entity asks for a job, perhaps again. */
  List<PoolEffect> ask(JobRequest request, Duration now) {
    List<PoolEffect> effects = new ArrayList<>();
    PoolWorker.Assignment running = assignment(request.id());
    if (running != null) {
      long attempt = running.job.key().attempt();
      if (request.attempt() <= attempt) {
        if (request.attempt() == attempt) {
          running.request = Optional.of(request);
        }
        return effects;
      }
      stop(request.id(), running, effects);
    }
    Waiting before = waitingById.get(request.id());
    if (before != null && before.request().attempt() >= request.attempt()) {
      return effects;
    }
    if (before != null) {
      dropWaiting(before);
    }
    enqueue(request, now, effects);
    place(now, effects);
    return effects;
  }

  private PoolWorker.@Nullable Assignment assignment(JobId id) {
    PoolWorker worker = workerOf.get(id);
    return worker == null ? null : worker.assignments().get(id);
  }

  private void stop(JobId id, PoolWorker.Assignment running, List<PoolEffect> effects) {
    PoolWorker worker = workerOf.get(id);
    if (!running.stopping && worker != null) {
      running.stopping = true;
      effects.add(new PoolEffect.Stop(worker.name(), running.job.key()));
    }
  }

  private void enqueue(JobRequest request, Duration now, List<PoolEffect> effects) {
    Waiting added = new Waiting(request, JobClass.of(request.spec()), asked++, now);
    waitingById.put(request.id(), added);
    waiting.add(added);
    if (waiting.size() > settings.waitingJobsMax()) {
      Waiting last = waiting.last();
      dropWaiting(last);
      effects.add(
          new PoolEffect.TurnAway(
              last.request(),
              "queue full: " + settings.waitingJobsMax() + " more urgent jobs wait"));
    }
  }

  private void dropWaiting(Waiting job) {
    waiting.remove(job);
    waitingById.remove(job.request().id());
  }

  /** An entity no longer wants attempts up to {@code attempt}. */
  List<PoolEffect> cancel(JobId id, long attempt, Duration now) {
    List<PoolEffect> effects = new ArrayList<>();
    Waiting queued = waitingById.get(id);
    if (queued != null && queued.request().attempt() <= attempt) {
      dropWaiting(queued);
    }
    PoolWorker.Assignment running = assignment(id);
    if (running != null && running.job.key().attempt() <= attempt) {
      running.request = Optional.empty();
      stop(id, running, effects);
    }
    place(now, effects);
    return effects;
  }

  /** A worker introduces itself, with what it runs. */
  List<PoolEffect> register(WorkerInfo info, List<RunningJob> running, Duration now) {
    List<PoolEffect> effects = new ArrayList<>();
    PoolWorker worker = workers.get(info.name());
    if (worker == null) {
      worker = new PoolWorker(info, now);
      workers.put(info.name(), worker);
      LOG.info("worker {} joined the pool with {}", info.name(), info.slots());
    } else {
      worker.introduce(info, now);
    }
    Set<JobKey> keys = new HashSet<>();
    for (RunningJob job : running) {
      keys.add(job.key());
      adopt(worker, job, now, effects);
    }
    for (PoolWorker.Assignment assignment : List.copyOf(worker.assignments().values())) {
      if (!keys.contains(assignment.job.key())) {
        requeue(worker, assignment, now, effects);
      }
    }
    place(now, effects);
    return effects;
  }

  /** Takes a job that a worker runs into the book, unless somebody else should run it. */
  private void adopt(PoolWorker worker, RunningJob job, Duration now, List<PoolEffect> effects) {
    JobId id = job.key().id();
    PoolWorker.Assignment known = assignment(id);
    if (known != null && workerOf.get(id) == worker && known.job.key().equals(job.key())) {
      return;
    }
    Waiting queued = waitingById.get(id);
    boolean newerWaits = queued != null && queued.request().attempt() > job.key().attempt();
    if (known != null || newerWaits) {
      effects.add(new PoolEffect.Stop(worker.name(), job.key()));
      return;
    }
    Optional<JobRequest> request =
        Optional.ofNullable(queued)
            .map(Waiting::request)
            .filter(r -> r.attempt() == job.key().attempt());
    if (queued != null) {
      dropWaiting(queued);
    }
    assign(worker, new PoolWorker.Assignment(job, request, now));
  }

  private void assign(PoolWorker worker, PoolWorker.Assignment assignment) {
    worker.assignments().put(assignment.job.key().id(), assignment);
    workerOf.put(assignment.job.key().id(), worker);
  }

  /** Takes a job from a worker; it waits again unless it was stopped or its asker is unknown. */
  private void requeue(
      PoolWorker worker, PoolWorker.Assignment assignment, Duration now, List<PoolEffect> effects) {
    JobId id = assignment.job.key().id();
    worker.assignments().remove(id);
    workerOf.remove(id, worker);
    if (!assignment.stopping && assignment.request.isPresent() && !waitingById.containsKey(id)) {
      enqueue(assignment.request.get(), now, effects);
    }
  }

  /** A worker's heartbeat, with what it runs. */
  List<PoolEffect> alive(String name, Set<JobKey> running, Duration now) {
    List<PoolEffect> effects = new ArrayList<>();
    PoolWorker worker = workers.get(name);
    if (worker == null) {
      effects.add(new PoolEffect.Introduce(name));
      return effects;
    }
    worker.hear(now);
    Set<JobKey> unknown = new HashSet<>(running);
    for (PoolWorker.Assignment assignment : List.copyOf(worker.assignments().values())) {
      boolean runs = unknown.remove(assignment.job.key());
      boolean late = now.minus(assignment.since).compareTo(settings.assignmentGrace()) > 0;
      if (!runs && late) {
        LOG.warn("worker {} lost job {}, it waits again", name, assignment.job.key());
        requeue(worker, assignment, now, effects);
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

  /** A worker is done with a job, however it ended. */
  List<PoolEffect> ended(String name, JobKey key, Duration now) {
    List<PoolEffect> effects = new ArrayList<>();
    PoolWorker worker = workers.get(name);
    PoolWorker.Assignment assignment = assignment(key.id());
    if (worker != null
        && assignment != null
        && workerOf.get(key.id()) == worker
        && assignment.job.key().equals(key)) {
      worker.assignments().remove(key.id());
      workerOf.remove(key.id());
    }
    place(now, effects);
    return effects;
  }

  /** A worker does not take a job. It gets nothing for a while; its next heartbeat tells why. */
  List<PoolEffect> refused(String name, JobKey key, Duration now) {
    List<PoolEffect> effects = new ArrayList<>();
    PoolWorker worker = workers.get(name);
    if (worker != null) {
      worker.pauseUntil(now.plus(settings.assignmentGrace()));
      PoolWorker.Assignment assignment = worker.assignments().get(key.id());
      if (assignment != null && assignment.job.key().equals(key)) {
        requeue(worker, assignment, now, effects);
      }
      effects.add(new PoolEffect.Introduce(name));
    }
    place(now, effects);
    return effects;
  }

  /** Time has passed: drops silent workers and places what waits. */
  List<PoolEffect> look(Duration now) {
    List<PoolEffect> effects = new ArrayList<>();
    Iterator<PoolWorker> each = workers.values().iterator();
    while (each.hasNext()) {
      PoolWorker worker = each.next();
      if (now.minus(worker.heard()).compareTo(settings.workerSilence()) > 0) {
        LOG.warn(
            "worker {} is silent since {}, its {} jobs wait again",
            worker.name(),
            now.minus(worker.heard()),
            worker.assignments().size());
        each.remove();
        List.copyOf(worker.assignments().values()).forEach(a -> requeue(worker, a, now, effects));
      }
    }
    place(now, effects);
    return effects;
  }

  private void place(Duration now, List<PoolEffect> effects) {
    Map<JobClass, Integer> free = new EnumMap<>(JobClass.class);
    for (JobClass jobClass : JobClass.values()) {
      int slots = 0;
      for (PoolWorker worker : workers.values()) {
        slots += worker.freeSlots(jobClass, now);
      }
      if (slots > 0) {
        free.put(jobClass, slots);
      }
    }
    if (free.isEmpty()) {
      return;
    }
    for (Waiting job : List.copyOf(waiting)) {
      if (free.getOrDefault(job.jobClass(), 0) == 0 || workerOf.containsKey(job.request().id())) {
        continue;
      }
      Optional<PoolWorker> worker = pick(job, now);
      if (worker.isPresent()) {
        dropWaiting(job);
        RunningJob running =
            new RunningJob(
                JobKey.of(job.request()), job.jobClass(), JobRunner.subject(job.request().spec()));
        assign(worker.get(), new PoolWorker.Assignment(running, Optional.of(job.request()), now));
        effects.add(new PoolEffect.Run(worker.get().name(), job.request()));
        free.merge(job.jobClass(), -1, Integer::sum);
      }
    }
  }

  /** The worker that holds most of the job's inputs; empty while it should wait for one. */
  private Optional<PoolWorker> pick(Waiting job, Duration now) {
    JobInputs inputs = JobInputs.of(job.request().spec());
    List<PoolWorker> able = workers.values().stream().filter(w -> w.does(job.jobClass())).toList();
    int most = able.stream().mapToInt(w -> w.holds(inputs)).max().orElse(0);
    boolean holderMayCome =
        inputs.needed() && now.minus(job.since()).compareTo(settings.holderGrace()) < 0;
    if (most == 0 && holderMayCome) {
      return Optional.empty();
    }
    return able.stream()
        .filter(w -> w.holds(inputs) == most && w.freeSlots(job.jobClass(), now) > 0)
        .max(
            Comparator.comparing((PoolWorker w) -> w.hasParameters(job.request().spec()))
                .thenComparingInt(w -> w.freeSlots(job.jobClass(), now)));
  }

  /** The book as an operator reads it, with the {@code waitingMax} most urgent waiting jobs. */
  PoolStatus status(int waitingMax, Duration now) {
    return new PoolStatus(
        workers.values().stream().map(w -> status(w, now)).toList(),
        waiting.stream()
            .limit(waitingMax)
            .map(
                w ->
                    new PoolStatus.WaitingStatus(
                        JobKey.of(w.request()),
                        w.jobClass(),
                        JobRunner.subject(w.request().spec()),
                        w.request().lastUsefulEpoch().value(),
                        now.minus(w.since()).toMillis()))
            .toList(),
        waiting.size());
  }

  private static PoolStatus.WorkerStatus status(PoolWorker worker, Duration now) {
    return new PoolStatus.WorkerStatus(
        worker.name(),
        now.minus(worker.heard()).toMillis(),
        worker.info().slots(),
        worker.assignments().values().stream()
            .map(
                a ->
                    new PoolStatus.RunningStatus(
                        a.job.key(),
                        a.job.jobClass(),
                        a.job.subject(),
                        now.minus(a.since).toMillis()))
            .toList());
  }
}
