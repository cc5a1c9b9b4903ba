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
    Optional<JobRequest> request;
    boolean stopping;

    /** Empty {@code request}: the worker ran it before this dispatcher lived. */
    Assignment(RunningJob job, Optional<JobRequest> request, Duration since) {
      this.job = job;
      this.request = request;
      this.since = since;
    }
  }

  private final Map<JobId, Assignment> assignments = new LinkedHashMap<>();
  private final SectorRanges held = new SectorRanges();
  private WorkerInfo info;
  private Duration heard;
  private Duration pausedUntil = Duration.ZERO;

  PoolWorker(WorkerInfo info, Duration now) {
    this.info = info;
    this.heard = now;
  }

  String name() {
    return info.name();
  }

  WorkerInfo info() {
    return info;
  }

  Duration heard() {
    return heard;
  }

  void hear(Duration now) {
    heard = now;
  }

  void introduce(WorkerInfo again, Duration now) {
    info = again;
    heard = now;
    held.clear();
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
    if (now.compareTo(pausedUntil) < 0) {
      return 0;
    }
    long used = assignments.values().stream().filter(a -> a.job.jobClass() == jobClass).count();
    return (int) Math.max(0, info.slots().getOrDefault(jobClass, 0) - used);
  }

  boolean does(JobClass jobClass) {
    return info.slots().getOrDefault(jobClass, 0) > 0;
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
