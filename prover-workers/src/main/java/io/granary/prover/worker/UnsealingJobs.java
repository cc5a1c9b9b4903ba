package io.granary.prover.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.SectorFileType;
import io.granary.protocol.piece.CommPDigest;
import io.granary.protocol.piece.Commitment;
import io.granary.prover.child.ChildClass;
import io.granary.prover.child.ChildParams;
import io.granary.prover.files.DurableFiles;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.storage.StoragePaths;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recovers data. Whatever it is read from, all of it is checked against CommD before a byte leaves
 * this node.
 */
final class UnsealingJobs {
  private static final Logger LOG = LoggerFactory.getLogger(UnsealingJobs.class);
  private static final int BUFFER_BYTES = 1 << 20;

  /**
   * Recovered bytes are deleted by who asked for them, soon after they came; what is older at the
   * start of a worker was left by one that died. A job asked again meanwhile still finds its own.
   */
  private static final Duration KEPT = Duration.ofDays(1);

  private final SectorFiles files;
  private final ChildCalls child;

  UnsealingJobs(SectorFiles files, ChildCalls child) {
    this.files = files;
    this.child = child;
    for (StoragePath path : files.storage().paths()) {
      int deleted = files.blobs().sweepUnsealed(path, Instant.now().minus(KEPT));
      if (deleted > 0) {
        LOG.info("{}: {} old files of recovered bytes are deleted", path.root(), deleted);
      }
    }
  }

  /** From the unsealed file where it is right, else from the replica, for the price of a PC1. */
  JobOutput.Unsealed unseal(JobSpec.Unseal spec, JobRun run) {
    SectorSize size = spec.sealProof().sectorSize();
    if (spec.length() < 1 || spec.offset() > size.unpaddedBytes() - spec.length()) {
      throw new JobFailedException(
          JobFailure.Kind.INPUT,
          "sector "
              + spec.sector()
              + ": bytes "
              + spec.offset()
              + " + "
              + spec.length()
              + " are not within its "
              + size.unpaddedBytes());
    }
    Optional<StoragePath> unsealed =
        files
            .storage()
            .find(spec.sector(), SectorFileType.UNSEALED)
            .filter(path -> Files.exists(path.file(spec.sector(), SectorFileType.UNSEALED)));
    StoragePath path = unsealed.orElseGet(() -> files.holder(spec.sector(), SectorFileType.SEALED));
    Path target = files.blobs().unsealedFile(path, run.id());
    Path records = target.resolveSibling("");
    Optional<JobOutput.Unsealed> before =
        Receipts.find(records, run.id(), JobOutput.Unsealed.class);
    if (before.isPresent() && files.blobs().find(before.get().file()).isPresent()) {
      return before.get();
    }
    StoragePaths.Promise room = files.storage().promise(path, size.bytes() + spec.length());
    Path work = path.jobDirectory(run.id());
    try (room) {
      Path range = work.resolve("range");
      if (unsealed.isEmpty() || !readsUnsealedFile(spec, path, range, run)) {
        fromReplica(spec, work, range, run);
      }
      DurableFiles.publish(range, target);
      return Receipts.keep(
          records, run.id(), new JobOutput.Unsealed(files.blobs().describe(path, target)));
    } catch (IOException e) {
      throw new UncheckedIOException("sector " + spec.sector() + ": cannot unseal", e);
    } finally {
      path.removeJobDirectory(run.id());
    }
  }

  /** The file may be dropped at any time; one that is open reads on. */
  private boolean readsUnsealedFile(JobSpec.Unseal spec, StoragePath path, Path range, JobRun run)
      throws IOException {
    try {
      return fromUnsealedFile(spec, path, range, run);
    } catch (NoSuchFileException e) {
      LOG.info("sector {}: its unsealed file has just gone: {}", spec.sector(), e.getMessage());
      return false;
    }
  }

  private boolean fromUnsealedFile(JobSpec.Unseal spec, StoragePath path, Path range, JobRun run)
      throws IOException {
    Path unsealed = path.file(spec.sector(), SectorFileType.UNSEALED);
    long bytes = spec.sealProof().sectorSize().bytes();
    Optional<Commitment> found;
    try (InputStream in = Files.newInputStream(unsealed);
        OutputStream out = Files.newOutputStream(range)) {
      UnsealedData.Sink sink = UnsealedData.range(out, spec.offset(), spec.length());
      found =
          UnsealedData.read(
              in,
              bytes,
              (data, length, offset) -> {
                run.checkCancelled();
                run.progress(
                    "unseal.read",
                    (int) (offset * 100 / spec.sealProof().sectorSize().unpaddedBytes()));
                sink.take(data, length, offset);
              });
    }
    if (found.isPresent() && found.get().equals(spec.commD())) {
      return true;
    }
    LOG.warn(
        "sector {}: {} does not have the sector's CommD {}, unsealing the replica instead",
        spec.sector(),
        unsealed,
        spec.commD());
    return false;
  }

  /** The whole sector is recovered whatever the range: it costs the same, and can be checked. */
  private void fromReplica(JobSpec.Unseal spec, Path work, Path range, JobRun run)
      throws IOException {
    SectorId sector = spec.sector();
    SectorSize size = spec.sealProof().sectorSize();
    Path whole = work.resolve("whole");
    ObjectNode params =
        ChildParams.sector(sector, spec.sealProof(), spec.ticket())
            .put("sealed_path", files.file(sector, SectorFileType.SEALED).toString())
            .put("comm_d", spec.commD().toString())
            .put("output_path", whole.toString())
            .put("offset_unpadded_bytes", ChildParams.u64(0))
            .put("length_unpadded_bytes", ChildParams.u64(size.unpaddedBytes()));
    child.call(run, ChildClass.SDR, "unseal.range", params);
    CommPDigest digest = new CommPDigest();
    byte[] data = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(whole);
        OutputStream out = Files.newOutputStream(range)) {
      UnsealedData.Sink sink = UnsealedData.range(out, spec.offset(), spec.length());
      int read = in.readNBytes(data, 0, data.length);
      while (read > 0) {
        run.checkCancelled();
        sink.take(data, read, digest.dataBytes());
        digest.update(data, 0, read);
        read = in.readNBytes(data, 0, data.length);
      }
    }
    Commitment found = digest.finish(size.bytes()).commP();
    if (!found.equals(spec.commD())) {
      throw new JobFailedException(
          JobFailure.Kind.DATA,
          "sector "
              + sector
              + ": its replica unseals to data with CommD "
              + found
              + ", not "
              + spec.commD());
    }
  }
}
