package io.granary.prover.pool;

import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobRequest;
import io.granary.prover.JobClass;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.transfer.Holder;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Picks the worker for a job: one that was not to be avoided, has the parameters, holds most of the
 * inputs, has most room. Without state.
 */
final class Placement {
  /** Of the time until the outcome is useless, for nodes that are away. */
  private static final double PATIENCE_SHARE = 0.05;

  private final ProverWorkersSettings.Pool settings;

  Placement(ProverWorkersSettings.Pool settings) {
    this.settings = settings;
  }

  /**
   * A job that looks for a worker.
   *
   * @param waited how long it has waited
   * @param slack how long its outcome will be of use, when that is known
   * @param elsewhere a worker that is not wanted, since it runs the job already
   */
  record Wish(
      JobRequest request,
      JobClass jobClass,
      Duration waited,
      Optional<Duration> slack,
      Optional<PoolWorker> elsewhere) {}

  /** The worker that should take a job now; empty while it should wait for one. */
  Optional<PoolWorker> pick(Wish wish, Collection<PoolWorker> workers, Duration now) {
    JobRequest request = wish.request();
    JobClass jobClass = wish.jobClass();
    JobInputs inputs = JobInputs.of(request.spec());
    List<PoolWorker> able =
        workers.stream()
            .filter(w -> w.does(jobClass) && wish.elsewhere().filter(w::equals).isEmpty())
            .toList();
    List<PoolWorker> candidates =
        switch (inputs.need()) {
          case NONE -> able;
          case HERE -> holders(able, inputs, wish.waited());
          case ANYWHERE, ANYWHERE_SOON -> reaching(able, inputs, workers, wish);
        };
    return candidates.stream()
        .filter(w -> w.freeSlots(jobClass, now) > 0 && w.fits(request.spec(), request.rehearsal()))
        .max(
            Comparator.comparing((PoolWorker w) -> !request.avoid().contains(w.name()))
                .thenComparing(w -> w.hasParameters(request.spec()))
                .thenComparingInt(w -> w.holds(inputs))
                .thenComparingInt(w -> w.freeSlots(jobClass, now)));
  }

  /** Those that hold most; anyone when no holder came in time, who then says what is missing. */
  private List<PoolWorker> holders(List<PoolWorker> able, JobInputs inputs, Duration waited) {
    int most = able.stream().mapToInt(w -> w.holds(inputs)).max().orElse(0);
    if (most == 0) {
      return waited.compareTo(settings.holderGrace()) < 0 ? List.of() : able;
    }
    return able.stream().filter(w -> w.holds(inputs) == most).toList();
  }

  /**
   * Those that have every input or can have it from another node. When there is none, and no node
   * that is away is to be waited for, anyone: what is missing comes out as skipped or lost.
   */
  private List<PoolWorker> reaching(
      List<PoolWorker> able, JobInputs inputs, Collection<PoolWorker> workers, Wish wish) {
    List<PoolWorker> reaching = able.stream().filter(w -> reaches(w, inputs, workers)).toList();
    if (!reaching.isEmpty()) {
      return reaching;
    }
    boolean allThere = has(List.copyOf(workers), inputs);
    return allThere || wish.waited().compareTo(patience(inputs, workers, wish)) >= 0
        ? able
        : List.of();
  }

  /**
   * How long to wait for a node that is away, perhaps starting anew: a small share of the time
   * left. Where part of the inputs is there and nobody knows how much time is left, not long.
   */
  private Duration patience(JobInputs inputs, Collection<PoolWorker> workers, Wish wish) {
    boolean someThere = workers.stream().anyMatch(w -> w.holds(inputs) > 0);
    boolean soon =
        inputs.need() == JobInputs.Need.ANYWHERE_SOON || (someThere && wish.slack().isEmpty());
    Duration most = soon ? settings.blobGrace() : settings.holderGrace();
    return wish.slack()
        .map(slack -> Duration.ofMillis((long) (slack.toMillis() * PATIENCE_SHARE)))
        .filter(share -> share.compareTo(most) < 0)
        .orElse(most);
  }

  private static boolean reaches(
      PoolWorker worker, JobInputs inputs, Collection<PoolWorker> workers) {
    if (!inputs.sectors().isEmpty() && worker.info().storageIds().isEmpty()) {
      return false; // Vanilla proofs need a storage path to lie on.
    }
    List<PoolWorker> sources =
        workers.stream()
            .filter(w -> w == worker || (w.info().transfer().isPresent() && !w.unreachable()))
            .toList();
    return has(sources, inputs);
  }

  private static boolean has(List<PoolWorker> sources, JobInputs inputs) {
    return inputs.blobs().stream().allMatch(blob -> anyHas(sources, blob))
        && inputs.sectors().stream().allMatch(sector -> anyHas(sources, sector));
  }

  private static boolean anyHas(List<PoolWorker> sources, BlobRef blob) {
    return sources.stream().anyMatch(w -> w.info().storageIds().contains(blob.storageId()));
  }

  private static boolean anyHas(List<PoolWorker> sources, SectorId sector) {
    return sources.stream().anyMatch(w -> w.held().contains(sector));
  }

  /** The other nodes that serve bytes, those with most of the job's inputs first. */
  List<Holder> holders(JobRequest request, String runner, Collection<PoolWorker> workers) {
    JobInputs inputs = JobInputs.of(request.spec());
    return workers.stream()
        .filter(w -> !w.name().equals(runner) && w.info().transfer().isPresent())
        .filter(w -> !w.info().storageIds().isEmpty())
        .sorted(Comparator.comparingInt((PoolWorker w) -> w.holds(inputs)).reversed())
        .limit(settings.holdersMax())
        .map(
            w ->
                new Holder(
                    w.name(),
                    w.info().transfer().orElseThrow(),
                    w.info().storageIds(),
                    heldBy(w, inputs)))
        .toList();
  }

  private static Set<SectorNumber> heldBy(PoolWorker worker, JobInputs inputs) {
    return inputs.sectors().stream()
        .filter(sector -> worker.held().contains(sector))
        .map(SectorId::number)
        .collect(Collectors.toSet());
  }
}
