package io.granary.prover.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobRequest;
import io.granary.prover.JobClass;
import io.granary.prover.TestSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Workers that die, fall silent, come back, fail and are slow, in any order: an entity that asks
 * again until it has its result gets one, and takes one only.
 */
class PoolBookPropertyTest {
  private static final int JOBS = 5;
  private static final int STEPS = 120;
  private static final Map<JobClass, Integer> SLOTS = Map.of(JobClass.POST_PROVE, 1);
  private static final JobOutput PROOF = new JobOutput.WindowPoStDone(Bytes.of(new byte[192]));

  /** What a worker process runs, whatever the book thinks. */
  private final Map<String, Map<JobKey, Boolean>> processes = new LinkedHashMap<>();

  /** Attempts that the entities hold, by job, and the results they took. */
  private final Map<Integer, Long> attempts = new HashMap<>();

  private final Map<Integer, Integer> taken = new HashMap<>();
  private Duration now = Duration.ofSeconds(1);
  private PoolBook book = book();

  private static PoolBook book() {
    return new PoolBook(TestSettings.of(Path.of("/nowhere"), "").pool());
  }

  private JobRequest request(int job) {
    return PoolFixtures.snark(job, attempts.getOrDefault(job, 1L), 1000, "path-w0");
  }

  @Property(tries = 150)
  void noJobIsLost_andNoneHasTwoResults(@ForAll long seed) {
    processes.clear();
    attempts.clear();
    taken.clear();
    book = book();
    Random random = new Random(seed);
    for (int step = 0; step < STEPS; step++) {
      step(random);
    }
    // In the end everything lives and works.
    for (int round = 0; round < 40 && taken.size() < JOBS; round++) {
      for (String worker : List.of("w0", "w1", "w2")) {
        perform(beat(worker));
        finish(worker, Optional.empty());
      }
      askAll();
      now = now.plusSeconds(1);
      perform(book.look(now));
      release();
    }
    assertThat(taken).as("seed %d", seed).hasSize(JOBS);
    assertThat(taken.values()).as("seed %d", seed).containsOnly(1);
  }

  private void release() {
    for (String worker : List.of("w0", "w1", "w2")) {
      perform(book.release(worker, JobClass.POST_PROVE, now));
    }
  }

  private void step(Random random) {
    String worker = "w" + random.nextInt(3);
    switch (random.nextInt(9)) {
      case 0 -> processes.remove(worker); // kill -9: nobody is told.
      case 1, 2 -> perform(beat(worker));
      case 3 -> finish(worker, Optional.empty());
      case 4 ->
          finish(
              worker,
              Optional.of(
                  new JobFailure(
                      random.nextBoolean()
                          ? JobFailure.Kind.CHILD_DIED
                          : JobFailure.Kind.ENVIRONMENT,
                      "x")));
      case 5 -> askAll();
      case 6 -> now = now.plusSeconds(random.nextInt(8));
      case 7 ->
          perform(
              random.nextBoolean()
                  ? book.unreachable(worker, now)
                  : random.nextInt(4) == 0 ? book.gone(worker, now) : List.of());
      default -> {
        if (random.nextInt(6) == 0) {
          book = book(); // The dispatcher died.
        } else {
          perform(book.look(now));
        }
      }
    }
    assertThat(doubled()).isLessThanOrEqualTo(2);
  }

  /** The most workers that the book has on one job. */
  private long doubled() {
    return book.status(0, now).workers().stream()
        .flatMap(w -> w.running().stream())
        .collect(Collectors.groupingBy(PoolStatus.RunningStatus::key, Collectors.counting()))
        .values()
        .stream()
        .mapToLong(n -> n)
        .max()
        .orElse(0);
  }

  private List<PoolEffect> beat(String worker) {
    Map<JobKey, Boolean> running = processes.computeIfAbsent(worker, w -> new LinkedHashMap<>());
    List<PoolEffect> effects = new ArrayList<>();
    for (PoolEffect effect : book.alive(worker, Set.copyOf(running.keySet()), now)) {
      if (effect instanceof PoolEffect.Introduce) {
        effects.addAll(
            book.register(
                PoolFixtures.serving(worker, SLOTS),
                running.keySet().stream()
                    .map(key -> new RunningJob(key, JobClass.POST_PROVE, "s"))
                    .toList(),
                now));
      } else {
        effects.add(effect);
      }
    }
    return effects;
  }

  private void askAll() {
    for (int job = 0; job < JOBS; job++) {
      if (!taken.containsKey(job)) {
        perform(book.ask(request(job), now));
      }
    }
  }

  private void perform(List<PoolEffect> effects) {
    for (PoolEffect effect : effects) {
      if (effect instanceof PoolEffect.Run run) {
        Map<JobKey, Boolean> process = processes.get(run.worker());
        if (process != null && process.isEmpty()) {
          process.put(JobKey.of(run.request()), run.copy());
        }
      } else if (effect instanceof PoolEffect.Stop stop) {
        Map<JobKey, Boolean> process = processes.get(stop.worker());
        if (process != null && process.remove(stop.key()) != null) {
          perform(
              book.ended(
                  stop.worker(),
                  stop.key(),
                  new JobEnd.Failed(new JobFailure(JobFailure.Kind.CANCELLED, "stopped")),
                  now));
        }
      } else if (effect instanceof PoolEffect.Answer answer) {
        take(JobKey.of(answer.request()));
      }
    }
  }

  private void finish(String worker, Optional<JobFailure> failure) {
    Map<JobKey, Boolean> process = processes.getOrDefault(worker, Map.of());
    for (Map.Entry<JobKey, Boolean> run : List.copyOf(process.entrySet())) {
      process.remove(run.getKey());
      if (failure.isEmpty()) {
        take(run.getKey());
      } else if (!run.getValue()) {
        again(run.getKey());
      }
      perform(
          book.ended(
              worker,
              run.getKey(),
              failure
                  .<JobEnd>map(JobEnd.Failed::new)
                  .orElseGet(() -> new JobEnd.Succeeded(Optional.of(PROOF))),
              now));
    }
  }

  /** An entity takes the result of the attempt it holds, once. */
  private void take(JobKey key) {
    int job = job(key);
    if (attempts.getOrDefault(job, 1L) == key.attempt() && !taken.containsKey(job)) {
      taken.put(job, 1);
    }
  }

  private void again(JobKey key) {
    int job = job(key);
    if (attempts.getOrDefault(job, 1L) == key.attempt()) {
      attempts.put(job, key.attempt() + 1);
    }
  }

  private static int job(JobKey key) {
    for (int job = 0; job < JOBS; job++) {
      if (PoolFixtures.snark(job, 1, 1000, "path-w0").id().equals(key.id())) {
        return job;
      }
    }
    throw new AssertionError("unknown job " + key);
  }
}
