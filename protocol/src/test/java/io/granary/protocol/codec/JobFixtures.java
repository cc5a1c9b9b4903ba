package io.granary.protocol.codec;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.FileLocation;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.job.SectorFileType;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** One value of every kind a job can have. */
public final class JobFixtures {
  public static final SectorId SECTOR = SectorId.of(1000, 7);
  public static final RegisteredSealProof SEAL_2KIB = new RegisteredSealProof(5);
  public static final RegisteredPoStProof WINDOW_2KIB = new RegisteredPoStProof(10);
  public static final RegisteredPoStProof WINNING_2KIB = new RegisteredPoStProof(0);
  public static final PieceInfo PIECE = new PieceInfo(commitment(3), 1024);
  public static final BlobRef BLOB = new BlobRef("path-a", "blobs/c1/x", 100_297, bytes32(9));
  public static final ReplicaRef REPLICA =
      new ReplicaRef(new SectorNumber(7), SEAL_2KIB, commitment(5));

  private JobFixtures() {}

  public static Bytes bytes32(int fill) {
    byte[] value = new byte[32];
    Arrays.fill(value, (byte) fill);
    return Bytes.of(value);
  }

  public static Commitment commitment(int fill) {
    return new Commitment(bytes32(fill));
  }

  /** One spec of every kind. */
  public static List<JobSpec> specs() {
    return List.of(
        new JobSpec.AddPiece(SECTOR, SEAL_2KIB, List.of(PIECE), "/data/a.car", 900, 1024),
        new JobSpec.PreCommit1(SECTOR, SEAL_2KIB, bytes32(1), List.of(PIECE, PIECE)),
        new JobSpec.PreCommit2(SECTOR, SEAL_2KIB, bytes32(1), List.of()),
        new JobSpec.Commit1(
            SECTOR,
            SEAL_2KIB,
            bytes32(1),
            bytes32(2),
            commitment(4),
            commitment(5),
            List.of(PIECE)),
        new JobSpec.Commit2(
            SECTOR, SEAL_2KIB, bytes32(1), bytes32(2), commitment(4), commitment(5), BLOB),
        new JobSpec.Finalize(SECTOR, SEAL_2KIB),
        new JobSpec.CheckReplica(SECTOR, SEAL_2KIB, commitment(4), bytes32(6)),
        new JobSpec.Unseal(SECTOR, SEAL_2KIB, bytes32(1), commitment(5), 127, 254),
        new JobSpec.RemoveFiles(SECTOR, SEAL_2KIB),
        new JobSpec.DropUnsealed(SECTOR, SEAL_2KIB, commitment(4), bytes32(6)),
        new JobSpec.WindowPoStVanilla(
            new ActorId(1000), WINDOW_2KIB, 3, 1, bytes32(6), List.of(REPLICA)),
        new JobSpec.WindowPoStSnark(
            new ActorId(1000), WINDOW_2KIB, 3, 1, bytes32(6), List.of(REPLICA), List.of(BLOB)),
        new JobSpec.WindowPoStVanilla(
            new ActorId(1000), WINNING_2KIB, JobSpec.WINNING, 0, bytes32(7), List.of(REPLICA)),
        new JobSpec.WindowPoStSnark(
            new ActorId(1000),
            WINNING_2KIB,
            JobSpec.WINNING,
            0,
            bytes32(7),
            List.of(REPLICA),
            List.of(BLOB)));
  }

  /** One output of every kind. */
  public static List<JobOutput> outputs() {
    FileLocation sealed = new FileLocation("path-a", SectorFileType.SEALED);
    FileLocation cache = new FileLocation("path-a", SectorFileType.CACHE);
    return List.of(
        new JobOutput.PieceAdded(PIECE, new FileLocation("path-a", SectorFileType.UNSEALED)),
        new JobOutput.PreCommit1Done(cache),
        new JobOutput.PreCommit2Done(commitment(4), commitment(5), sealed, cache),
        new JobOutput.Commit1Done(BLOB),
        new JobOutput.Commit2Done(Bytes.of(new byte[192])),
        new JobOutput.Finalized(),
        new JobOutput.ReplicaChecked(),
        new JobOutput.Unsealed(BLOB),
        new JobOutput.FilesRemoved(),
        new JobOutput.UnsealedDropped(),
        new JobOutput.VanillaProofs(
            List.of(new JobOutput.VanillaProofs.Proven(new SectorNumber(7), BLOB)),
            List.of(new JobOutput.VanillaProofs.Unreadable(new SectorNumber(8), "no file"))),
        new JobOutput.WindowPoStDone(Bytes.of(new byte[192])));
  }

  /** A request of every kind of spec and recipient. */
  public static List<JobRequest> requests() {
    List<JobRequest> all = new ArrayList<>(specs().stream().map(JobFixtures::request).toList());
    JobRequest first = all.get(0);
    all.add(
        new JobRequest(
            first.id(),
            1,
            first.spec(),
            new Recipient.Operator("node-1", "r-7"),
            first.lastUsefulEpoch()));
    all.add(first.avoiding(Set.of("node-2", "node-5")).asRehearsal());
    return all;
  }

  private static JobRequest request(JobSpec spec) {
    Recipient recipient =
        spec instanceof JobSpec.OfSector
            ? new Recipient.Sector(SECTOR)
            : new Recipient.Deadline(new ActorId(1000), 3);
    return new JobRequest(spec.id(), 2, spec, recipient, new Epoch(-3));
  }

  /** A report of every kind, with every output and every kind of failure. */
  public static List<JobReport> reports() {
    var id = specs().get(0).id();
    var reports = new java.util.ArrayList<JobReport>();
    reports.add(new JobReport.Started(id, 1, "node-1"));
    reports.add(new JobReport.Progress(id, 1, "node-1", "c2.prove", 40));
    for (JobOutput output : outputs()) {
      reports.add(new JobReport.Succeeded(id, 1, "node-1", output, 1234));
    }
    for (JobFailure.Kind kind : JobFailure.Kind.values()) {
      reports.add(new JobReport.Failed(id, 3, "node-2", new JobFailure(kind, "why"), 12));
    }
    return List.copyOf(reports);
  }
}
