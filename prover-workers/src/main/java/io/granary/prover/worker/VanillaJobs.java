package io.granary.prover.worker;

import io.granary.protocol.ActorId;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobOutput.VanillaProofs.Proven;
import io.granary.protocol.job.JobOutput.VanillaProofs.Unreadable;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.job.SectorFileType;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.transfer.Exchange;
import io.granary.prover.transfer.Holder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads vanilla proofs, each sector on its own: one that cannot be read becomes a skip with its
 * reason and costs the others nothing.
 */
final class VanillaJobs {
  private static final Logger LOG = LoggerFactory.getLogger(VanillaJobs.class);

  /** Less than this a healthy disk may need. */
  private static final Duration SECTOR_LIMIT_LEAST = Duration.ofSeconds(1);

  private final SectorFiles files;
  private final VanillaReader reader;
  private final ProverWorkersSettings settings;
  private final Exchange exchange;

  VanillaJobs(
      SectorFiles files, VanillaReader reader, ProverWorkersSettings settings, Exchange exchange) {
    this.files = files;
    this.reader = reader;
    this.settings = settings;
    this.exchange = exchange;
  }

  JobOutput.VanillaProofs read(JobSpec.WindowPoStVanilla spec, JobRun run) {
    StoragePath path = home(JobRunner.subject(spec));
    Path folder =
        files
            .blobs()
            .vanillaFolder(path, spec.miner(), spec.deadline(), spec.partition(), run.id());
    files
        .blobs()
        .pruneVanilla(
            path,
            spec.miner(),
            spec.deadline(),
            spec.partition(),
            settings.storage().vanillaRunsKept());
    Map<SectorNumber, Proven> proven = earlier(folder, run);
    PartitionReading.Outcome outcome =
        new PartitionReading(this, exchange, spec, folder, run).read(proven.keySet());
    outcome
        .proven()
        .forEach((sector, file) -> proven.put(sector, new Proven(sector, blob(path, file))));
    outcome
        .unreadable()
        .forEach(
            (sector, reason) ->
                LOG.warn("{}: sector {}: {}", JobRunner.subject(spec), sector, reason));
    JobOutput.VanillaProofs output =
        Receipts.keep(folder, run.id(), output(spec, proven, outcome.unreadable()));
    copy(spec, output, run.surroundings());
    return output;
  }

  /**
   * Has another node with storage keep copies, so that the partition can be proven when this one is
   * gone: the same node for a partition each time, and others for other partitions.
   */
  private void copy(
      JobSpec.WindowPoStVanilla spec, JobOutput.VanillaProofs output, Surroundings surroundings) {
    List<Holder> others =
        surroundings.holders().stream()
            .filter(holder -> !holder.storageIds().isEmpty())
            .sorted(Comparator.comparing(Holder::worker))
            .toList();
    if (others.isEmpty() || output.proven().isEmpty()) {
      return;
    }
    int chosen = (int) ((spec.deadline() * 31 + spec.partition()) % others.size());
    exchange.copy(others.get(chosen), output.proven().stream().map(Proven::proof).toList());
  }

  /** Reads replicas of this node's. */
  VanillaReader.Outcome readHere(
      VanillaReader.Request request, JobRun run, VanillaReader.Listener listener) {
    return reader.read(request, run, listener);
  }

  /** How long one sector may take in this run: less when the deadline's close is near. */
  Duration sectorLimit(JobRun run) {
    return run.surroundings()
        .limit(
            settings.worker().vanillaSectorLimit(),
            settings.worker().vanillaSlackShare(),
            SECTOR_LIMIT_LEAST);
  }

  private static JobOutput.VanillaProofs output(
      JobSpec.WindowPoStVanilla spec,
      Map<SectorNumber, Proven> proven,
      Map<SectorNumber, String> unreadable) {
    List<Proven> good = new ArrayList<>();
    List<Unreadable> bad = new ArrayList<>();
    for (ReplicaRef sector : spec.sectors()) {
      Proven proof = proven.get(sector.number());
      if (proof != null) {
        good.add(proof);
      } else {
        bad.add(
            new Unreadable(
                sector.number(), unreadable.getOrDefault(sector.number(), "no answer came")));
      }
    }
    return new JobOutput.VanillaProofs(good, bad);
  }

  /** The proofs of an earlier run of this very job that are still whole. Skips are tried again. */
  private Map<SectorNumber, Proven> earlier(Path folder, JobRun run) {
    Map<SectorNumber, Proven> proven = new HashMap<>();
    Receipts.find(folder, run.id(), JobOutput.VanillaProofs.class)
        .ifPresent(
            before ->
                before.proven().stream()
                    .filter(proof -> files.blobs().find(proof.proof()).isPresent())
                    .forEach(proof -> proven.put(proof.sector(), proof)));
    return proven;
  }

  /** Where proofs go: the same path each time, so that a second run finds what the first left. */
  StoragePath home(String subject) {
    return files
        .storage()
        .home()
        .orElseThrow(
            () ->
                new JobFailedException(
                    JobFailure.Kind.ENVIRONMENT, subject + ": this node has no storage path"));
  }

  /** A sector's files on this node. */
  Optional<VanillaReader.Replica> replica(ActorId miner, ReplicaRef sector) {
    SectorId id = new SectorId(miner, sector.number());
    Optional<StoragePath> sealed = files.storage().find(id, SectorFileType.SEALED);
    Optional<StoragePath> cache = files.storage().find(id, SectorFileType.CACHE);
    if (sealed.isEmpty() || cache.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new VanillaReader.Replica(
            sector,
            sealed.get().root().toString(),
            sealed.get().file(id, SectorFileType.SEALED),
            cache.get().file(id, SectorFileType.CACHE)));
  }

  private BlobRef blob(StoragePath path, Path file) {
    try {
      return files.blobs().describe(path, file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read vanilla proof " + file, e);
    }
  }

  /**
   * One sector read with challenges of its own, and its answer checked; nothing of it is kept.
   *
   * @throws JobFailedException of kind {@code DATA}, naming the sector, when the answer is wrong
   */
  JobOutput.ReplicaChecked check(JobSpec.CheckReplica spec, JobRun run) {
    StoragePath path = files.holder(spec.sector(), SectorFileType.SEALED);
    files.holder(spec.sector(), SectorFileType.CACHE);
    ReplicaRef sector = new ReplicaRef(spec.sector().number(), spec.sealProof(), spec.sealed());
    RegisteredPoStProof type = spec.sealProof().sectorSize().windowPoStV1_1();
    Path work = path.jobDirectory(run.id());
    try {
      VanillaReader.Outcome outcome =
          reader.read(
              new VanillaReader.Request(
                  spec.sector().miner(),
                  type,
                  spec.randomness(),
                  work,
                  List.of(replica(spec.sector().miner(), sector).orElseThrow()),
                  settings.worker().vanillaSectorLimit()),
              run,
              VanillaReader.Listener.NONE);
      String reason = outcome.unreadable().get(sector.number());
      if (reason != null) {
        throw new JobFailedException(
            JobFailure.Kind.DATA, "sector " + spec.sector() + ": " + reason);
      }
      return new JobOutput.ReplicaChecked();
    } finally {
      path.removeJobDirectory(run.id());
    }
  }
}
