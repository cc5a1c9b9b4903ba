package io.granary.prover.pool;

import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.prover.JobClass;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A worker in the dispatcher's book. Mutable; belongs to the book. */
final class PoolWorker {
  /** A job given to the worker. */
  static final class Assignment {
    final RunningJob job;
    final Duration since;

    /** Started beside another worker's run of the same attempt. */
    final boolean copy;

    Optional<JobRequest> request;
    boolean stopping;

    /** Empty {@code request}: the worker ran it before this dispatcher lived. */
    Assignment(RunningJob job, Optional<JobRequest> request, boolean copy, Duration since) {
      this.job = job;
      this.request = request;
      this.copy = copy;
      this.since = since;
    }

    boolean isRehearsal() {
      return request.map(JobRequest::rehearsal).orElse(false);
    }
  }

  private final Map<JobId, Assignment> assignments = new LinkedHashMap<>();
  private final SectorRanges held = new SectorRanges();
  private final Quarantine quarantine;
  private WorkerInfo info;
  private Duration heard;
  private Duration pausedUntil = Duration.ZERO;
  private boolean unreachable;

  PoolWorker(WorkerInfo info, Quarantine quarantine, Duration now) {
    this.info = info;
    this.quarantine = quarantine;
    this.heard = now;
  }

  String name() {
    return info.name();
  }

  WorkerInfo info() {
    return info;
  }

  Quarantine quarantine() {
    return quarantine;
  }

  Duration heard() {
    return heard;
  }

  void hear(Duration now) {
    heard = now;
    unreachable = false;
  }

  void introduce(WorkerInfo again, Duration now) {
    info = again;
    hear(now);
    held.clear();
  }

  /** The cluster does not reach its node: it gets nothing new until it is heard of. */
  void lose() {
    unreachable = true;
  }

  boolean unreachable() {
    return unreachable;
  }

  SectorRanges held() {
    return held;
  }

  Map<JobId, Assignment> assignments() {
    return assignments;
  }

  /** Gives the worker nothing new until then: it said that it is full. */
  void pauseUntil(Duration time) {
    pausedUntil = time;
  }

  int freeSlots(JobClass jobClass, Duration now) {
    if (unreachable || quarantine.bars(jobClass) || now.compareTo(pausedUntil) < 0) {
      return 0;
    }
    long used = assignments.values().stream().filter(a -> a.job.jobClass() == jobClass).count();
    return (int) Math.max(0, info.slots().getOrDefault(jobClass, 0) - used);
  }

  boolean does(JobClass jobClass) {
    return info.slots().getOrDefault(jobClass, 0) > 0;
  }

  /**
   * Whether the machine has what a job takes. Proving may take all there is; everything else leaves
   * the reserve alone, whether it is in use or not. One job of each kind (blocks, partitions, all
   * the rest) is always taken, so that a machine smaller than the tables say does at least one
   * after the other.
   */
  boolean fits(JobSpec spec, boolean rehearsal) {
    if (info.resources().equals(Resources.NONE)) {
      return true;
    }
    Resources cost = JobCosts.of(spec);
    if (cost.equals(Resources.NONE)) {
      return true;
    }
    Resources blocks = used(Kind.BLOCK);
    Resources partitions = used(Kind.PARTITION);
    Resources rest = used(Kind.REST);
    boolean room = info.resources().holds(blocks.plus(partitions).plus(rest).plus(cost));
    boolean besideReserve = info.resources().minus(info.reserved()).holds(rest.plus(cost));
    Kind kind = Kind.of(JobClass.of(spec));
    if (rehearsal) {
      boolean idle = partitions.equals(Resources.NONE) && rest.equals(Resources.NONE);
      return idle || (room && (rest.equals(Resources.NONE) || besideReserve));
    }
    return switch (kind) {
      case BLOCK -> blocks.equals(Resources.NONE) || room;
      case PARTITION -> partitions.equals(Resources.NONE) || room;
      case REST -> rest.equals(Resources.NONE) || (room && besideReserve);
    };
  }

  /** What a job is of; each has room of its own on a machine. */
  private enum Kind {
    BLOCK,
    PARTITION,
    REST;

    static Kind of(JobClass jobClass) {
      return switch (jobClass) {
        case WINNING_READ, WINNING_PROVE -> BLOCK;
        case POST_READ, POST_PROVE -> PARTITION;
        case PIECE, SDR, GPU, READ, UNSEAL -> REST;
      };
    }
  }

  private Resources used(Kind kind) {
    return assignments.values().stream()
        .filter(a -> Kind.of(a.job.jobClass()) == kind)
        .flatMap(a -> a.request.stream())
        .map(request -> JobCosts.of(request.spec()))
        .reduce(Resources.NONE, Resources::plus);
  }

  /** How many of a job's inputs are here. */
  int holds(JobInputs inputs) {
    int count = 0;
    for (BlobRef blob : inputs.blobs()) {
      count += info.storageIds().contains(blob.storageId()) ? 1 : 0;
    }
    for (var sector : inputs.sectors()) {
      count += held.contains(sector) ? 1 : 0;
    }
    return count;
  }

  /** Whether the proof parameters that a job needs are here; true when it needs none. */
  boolean hasParameters(JobSpec spec) {
    if (spec instanceof JobSpec.Commit2 commit2) {
      return info.provableSectorBytes().contains(commit2.sealProof().sectorSize().bytes());
    } else if (spec instanceof JobSpec.WindowPoStSnark post) {
      return info.provableSectorBytes().contains(post.postProof().sectorSize().bytes());
    }
    return true;
  }
}
