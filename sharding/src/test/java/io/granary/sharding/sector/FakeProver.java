package io.granary.sharding.sector;

import io.granary.protocol.Bytes;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.piece.SectorLayout;
import io.granary.protocol.port.JobPool;
import io.granary.protocol.sector.SectorFixtures;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A pool that runs a job when the test says so. Its outcomes follow from the inputs, as real ones
 * do: one ticket and one set of pieces lead to one CommR, one seed to one proof.
 */
public final class FakeProver implements JobPool, FakeChain.ProofCheck {
  /** A cancelled job. */
  record Cancelled(JobId id, long attempt) {}

  private final List<JobRequest> requests = new ArrayList<>();
  private final List<Cancelled> cancelled = new ArrayList<>();

  @Override
  public synchronized void request(JobRequest request) {
    requests.add(request);
  }

  @Override
  public synchronized void cancel(JobId id, long attempt) {
    cancelled.add(new Cancelled(id, attempt));
  }

  /** Everything asked for, repetitions included. */
  synchronized List<JobRequest> requests() {
    return List.copyOf(requests);
  }

  synchronized List<Cancelled> cancelled() {
    return List.copyOf(cancelled);
  }

  synchronized void forget() {
    requests.clear();
  }

  /** The newest job asked for. */
  synchronized Optional<JobRequest> newest() {
    return requests.isEmpty() ? Optional.empty() : Optional.of(requests.get(requests.size() - 1));
  }

  JobReport succeed(JobRequest request) {
    return new JobReport.Succeeded(
        request.id(), request.attempt(), "worker-1", output(request.spec()), 10);
  }

  JobReport fail(JobRequest request, JobFailure.Kind kind) {
    return new JobReport.Failed(
        request.id(), request.attempt(), "worker-1", new JobFailure(kind, "broken"), 10);
  }

  private JobOutput output(JobSpec spec) {
    if (spec instanceof JobSpec.AddPiece add) {
      return new JobOutput.PieceAdded(
          new PieceInfo(element("piece", add.source()), add.piecePaddedBytes()),
          SectorFixtures.UNSEALED);
    }
    if (spec instanceof JobSpec.PreCommit1) {
      return new JobOutput.PreCommit1Done(SectorFixtures.CACHE);
    }
    if (spec instanceof JobSpec.PreCommit2 pc2) {
      return new JobOutput.PreCommit2Done(
          element("replica", pc2.sector() + "/" + pc2.ticket() + "/" + pc2.pieces()),
          SectorLayout.of(pc2.sealProof().sectorSize().bytes(), pc2.pieces()).commD(),
          SectorFixtures.SEALED,
          SectorFixtures.CACHE);
    }
    if (spec instanceof JobSpec.Commit1 c1) {
      return new JobOutput.Commit1Done(
          new BlobRef("store-1", "c1", 100, sha256("c1", c1.seed() + "/" + c1.commR())));
    }
    if (spec instanceof JobSpec.Commit2 c2) {
      return new JobOutput.Commit2Done(proofFor(c2.seed(), c2.commR().bytes()));
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
    throw new IllegalArgumentException("fake prover: " + spec);
  }

  @Override
  public Bytes proofFor(Bytes seed, Bytes commR) {
    String hex = sha256("proof", seed + "/" + commR).toHex();
    return Bytes.fromHex(hex.repeat(6));
  }

  private static Commitment element(String kind, String text) {
    byte[] bytes = sha256(kind, text).toArray();
    bytes[31] &= 0x3f;
    return new Commitment(Bytes.of(bytes));
  }

  static Bytes sha256(String kind, String text) {
    try {
      return Bytes.of(
          MessageDigest.getInstance("SHA-256")
              .digest((kind + ":" + text).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
