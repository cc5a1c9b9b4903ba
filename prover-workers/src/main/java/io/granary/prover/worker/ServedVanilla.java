package io.granary.prover.worker;

import io.granary.protocol.SectorNumber;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.ReplicaRef;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.transfer.VanillaAsk;
import io.granary.prover.transfer.VanillaSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Reads vanilla proofs for other nodes, as for this one: each sector checked, and with its limit.
 */
final class ServedVanilla implements VanillaSource {
  private final VanillaJobs jobs;

  ServedVanilla(VanillaJobs jobs) {
    this.jobs = jobs;
  }

  @Override
  public void read(VanillaAsk ask, Sink sink) {
    // A name of its own: the same may be asked twice at the same time.
    JobId id = new JobId("served-" + UUID.randomUUID());
    JobRun run = new JobRun(id, Map.of("job", id.value()), (stage, percent) -> {});
    StoragePath home = jobs.home("vanilla proofs for another node");
    Path work = home.jobDirectory(id);
    try {
      sink.onClosed(() -> run.cancel(JobFailure.Kind.CANCELLED, "nobody waits for it any more"));
      read(ask, sink, work, run);
      sink.finish();
    } finally {
      home.removeJobDirectory(id);
    }
  }

  /** What is asked for, at most what this node allows itself. */
  private Duration limit(VanillaAsk ask, JobRun run) {
    Duration own = jobs.sectorLimit(run);
    return ask.sectorLimit().compareTo(own) < 0 ? ask.sectorLimit() : own;
  }

  private void read(VanillaAsk ask, Sink sink, Path work, JobRun run) {
    List<VanillaReader.Replica> replicas = new ArrayList<>();
    for (ReplicaRef sector : ask.sectors()) {
      jobs.replica(ask.miner(), sector)
          .ifPresentOrElse(
              replicas::add, () -> sink.unreadable(sector.number(), "its files are not here"));
    }
    if (replicas.isEmpty()) {
      return;
    }
    jobs.readHere(
        new VanillaReader.Request(
            ask.miner(), ask.type(), ask.randomness(), work, replicas, limit(ask, run)),
        run,
        new VanillaReader.Listener() {
          @Override
          public void proven(SectorNumber sector, Path proof) {
            sink.proven(sector, proof);
          }

          @Override
          public void unreadable(SectorNumber sector, String reason) {
            sink.unreadable(sector, reason);
          }
        });
  }
}
