package io.granary.prover.pool;

import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.prover.JobClass;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one worker is no longer trusted with. Proofs that do not verify, and children that die, are
 * counted in a row for each class; when there are too many, from more than one job (one bad job
 * must not cost a worker), the class is barred until it is released. Not thread-safe.
 */
final class Quarantine {
  /** Fewer than this many jobs may all be bad themselves. */
  private static final int JOBS_MIN = 2;

  /** Why jobs of a class are kept from a worker, and since when. */
  record Bar(String reason, Duration since) {}

  private static final class Streak {
    int invalid;
    int died;
    final Set<JobId> jobs = new HashSet<>();
  }

  private final int invalidMax;
  private final int diedMax;
  private final Map<JobClass, Streak> streaks = new EnumMap<>(JobClass.class);
  private final Map<JobClass, Bar> bars = new EnumMap<>(JobClass.class);
  private final Map<JobClass, Duration> tried = new EnumMap<>(JobClass.class);

  /** Bars a class at {@code invalidMax} invalid proofs or {@code diedMax} deaths in a row. */
  Quarantine(int invalidMax, int diedMax) {
    this.invalidMax = invalidMax;
    this.diedMax = diedMax;
  }

  /** A job failed; gives the bar when that was once too often. */
  Optional<Bar> failed(JobClass jobClass, JobId job, JobFailure failure, Duration now) {
    boolean invalid = failure.kind() == JobFailure.Kind.PROOF_INVALID;
    boolean died = failure.kind() == JobFailure.Kind.CHILD_DIED;
    if (bars.containsKey(jobClass) || !(invalid || died)) {
      return Optional.empty();
    }
    Streak streak = streaks.computeIfAbsent(jobClass, c -> new Streak());
    streak.jobs.add(job);
    streak.invalid += invalid ? 1 : 0;
    streak.died += died ? 1 : 0;
    boolean tooOften = streak.invalid >= invalidMax || streak.died >= diedMax;
    if (!tooOften || streak.jobs.size() < JOBS_MIN) {
      return Optional.empty();
    }
    Bar bar =
        new Bar(
            streak.invalid
                + " proofs that do not verify and "
                + streak.died
                + " dead children in a row, the last: "
                + failure.message(),
            now);
    bars.put(jobClass, bar);
    streaks.remove(jobClass);
    return Optional.of(bar);
  }

  void succeeded(JobClass jobClass) {
    streaks.remove(jobClass);
  }

  /** Trusts the worker with the class again; whether it was barred. */
  boolean release(JobClass jobClass) {
    streaks.remove(jobClass);
    tried.remove(jobClass);
    return bars.remove(jobClass) != null;
  }

  boolean bars(JobClass jobClass) {
    return bars.containsKey(jobClass);
  }

  /** The barred classes that were not tried for {@code pause}; they count as tried now. */
  Set<JobClass> due(Duration pause, Duration now) {
    Set<JobClass> due = EnumSet.noneOf(JobClass.class);
    bars.forEach(
        (jobClass, bar) -> {
          Duration last = tried.getOrDefault(jobClass, bar.since());
          if (now.minus(last).compareTo(pause) >= 0) {
            due.add(jobClass);
          }
        });
    due.forEach(jobClass -> tried.put(jobClass, now));
    return due;
  }

  Map<JobClass, Bar> all() {
    return Map.copyOf(bars);
  }
}
