package io.granary.prover.pool;

import io.granary.protocol.job.JobId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The jobs that wait, most urgent first, up to a bound. Not thread-safe. */
final class WaitingJobs {
  private final int max;
  private final Map<JobId, Waiting> byId = new HashMap<>();
  private final TreeSet<Waiting> byUrgency = new TreeSet<>(Waiting.URGENCY);

  WaitingJobs(int max) {
    this.max = max;
  }

  Optional<Waiting> find(JobId id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** Adds a job that does not wait yet; gives the one that there is no room for. */
  Optional<Waiting> add(Waiting job) {
    byId.put(job.id(), job);
    byUrgency.add(job);
    if (byUrgency.size() <= max) {
      return Optional.empty();
    }
    Waiting last = byUrgency.last();
    remove(last);
    return Optional.of(last);
  }

  void remove(Waiting job) {
    byUrgency.remove(job);
    byId.remove(job.id());
  }

  /** A copy, most urgent first. */
  List<Waiting> all() {
    return List.copyOf(byUrgency);
  }

  Stream<Waiting> stream() {
    return byUrgency.stream();
  }

  int size() {
    return byUrgency.size();
  }
}
