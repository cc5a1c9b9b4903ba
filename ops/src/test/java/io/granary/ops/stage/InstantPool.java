package io.granary.ops.stage;

import io.granary.protocol.Bytes;
import io.granary.protocol.deadline.DeadlineFixtures;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.piece.CommPDigest;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.piece.SectorLayout;
import io.granary.protocol.port.JobPool;
import io.granary.protocol.port.JobReports;
import io.granary.protocol.sector.SectorFixtures;
import io.granary.prover.storage.BlobStore;
import io.granary.prover.storage.StoragePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A pool without workers: each job is answered at once, with an outcome that follows from its
 * inputs, or fails when the test says so of its piece. Thread-safe.
 */
public final class InstantPool implements JobPool {
  /** What every unsealed piece holds. */
  public static final byte[] PAYLOAD = "Ihr naht euch wieder".getBytes(StandardCharsets.UTF_8);

  private final BlobStore blobs;
  private final StoragePath path;
  private final Set<String> failing = ConcurrentHashMap.newKeySet();
  private volatile Optional<JobReports> reports = Optional.empty();

  InstantPool(BlobStore blobs, StoragePath path) {
    this.blobs = blobs;
    this.path = path;
  }

  void reportTo(JobReports to) {
    reports = Optional.of(to);
  }

  /** From now on the piece in {@code source} cannot be read. */
  void fail(Path source) {
    failing.add(source.toString());
  }

  /** The piece in {@code source} can be read again. */
  void mend(Path source) {
    failing.remove(source.toString());
  }

  @Override
  public void request(JobRequest request) {
    boolean fails =
        request.spec() instanceof JobSpec.AddPiece add && failing.contains(add.source());
    JobReport report =
        fails
            ? new JobReport.Failed(
                request.id(),
                request.attempt(),
                "worker-1",
                new JobFailure(JobFailure.Kind.ENVIRONMENT, "the piece cannot be read"),
                10)
            : new JobReport.Succeeded(
                request.id(), request.attempt(), "worker-1", output(request.spec()), 10);
    reports.orElseThrow().deliver(request.recipient(), report);
  }

  @Override
  public void cancel(JobId id, long attempt) {}

  private JobOutput output(JobSpec spec) {
    if (spec instanceof JobSpec.AddPiece add) {
      return new JobOutput.PieceAdded(
          new PieceInfo(commP(add), add.piecePaddedBytes()), SectorFixtures.UNSEALED);
    }
    if (spec instanceof JobSpec.PreCommit1) {
      return new JobOutput.PreCommit1Done(SectorFixtures.CACHE);
    }
    if (spec instanceof JobSpec.PreCommit2 pc2) {
      return new JobOutput.PreCommit2Done(
          element(pc2.sector() + "/" + pc2.ticket() + "/" + pc2.pieces()),
          SectorLayout.of(pc2.sealProof().sectorSize().bytes(), pc2.pieces()).commD(),
          SectorFixtures.SEALED,
          SectorFixtures.CACHE);
    }
    if (spec instanceof JobSpec.Commit1 c1) {
      return new JobOutput.Commit1Done(
          new BlobRef("store-1", "c1", 100, sha256(c1.seed() + "/" + c1.commR())));
    }
    if (spec instanceof JobSpec.Commit2) {
      return new JobOutput.Commit2Done(Bytes.of(new byte[192]));
    }
    if (spec instanceof JobSpec.Finalize) {
      return new JobOutput.Finalized();
    }
    if (spec instanceof JobSpec.DropUnsealed) {
      return new JobOutput.UnsealedDropped();
    }
    if (spec instanceof JobSpec.RemoveFiles) {
      return new JobOutput.FilesRemoved();
    }
    if (spec instanceof JobSpec.CheckReplica) {
      return new JobOutput.ReplicaChecked();
    }
    if (spec instanceof JobSpec.WindowPoStVanilla vanilla) {
      return new JobOutput.VanillaProofs(
          vanilla.sectors().stream()
              .map(replica -> DeadlineFixtures.proven(replica.number().value()))
              .toList(),
          List.of());
    }
    return spec instanceof JobSpec.WindowPoStSnark
        ? new JobOutput.WindowPoStDone(Bytes.of(new byte[192]))
        : unsealed(spec);
  }

  /** What the file hashes to, for the market compares it with the deal's. */
  private Commitment commP(JobSpec.AddPiece add) {
    Path file =
        StagedFile.ofSource(add.source(), add.payloadBytes())
            .map(staged -> blobs.staged(staged.storageId(), staged.path()).orElseThrow())
            .orElseGet(() -> Path.of(add.source()));
    CommPDigest digest = new CommPDigest();
    try {
      digest.update(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + add.source(), e);
    }
    return digest.finish(add.piecePaddedBytes()).commP();
  }

  private JobOutput unsealed(JobSpec spec) {
    Path file = blobs.unsealedFile(path, spec.id());
    try {
      Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
      Files.write(file, PAYLOAD);
      return new JobOutput.Unsealed(blobs.describe(path, file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private static Commitment element(String text) {
    byte[] bytes = sha256(text).toArray();
    bytes[31] &= 0x3f;
    return new Commitment(Bytes.of(bytes));
  }

  private static Bytes sha256(String text) {
    try {
      return Bytes.of(
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
