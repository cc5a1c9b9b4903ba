package io.granary.prover.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.FileLocation;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.SectorFileType;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.piece.SectorLayout;
import io.granary.prover.child.ChildClass;
import io.granary.prover.child.ChildParams;
import io.granary.prover.storage.BlobStore;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.storage.StoragePaths;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** PC1, PC2, C1, C2 and what ends a sealing. */
final class SealingJobs {
  private final SectorFiles files;
  private final ChildCalls child;
  private final InputFiles inputs;
  private final ReceiptFolder receipts;

  SealingJobs(SectorFiles files, ChildCalls child, InputFiles inputs, ReceiptFolder receipts) {
    this.files = files;
    this.child = child;
    this.inputs = inputs;
    this.receipts = receipts;
  }

  /** Works in the sector's own cache folder, so that a killed run goes on after its last layer. */
  JobOutput.PreCommit1Done preCommit1(JobSpec.PreCommit1 spec, JobRun run) {
    SectorId sector = spec.sector();
    files.requireNotFinalized(sector);
    long bytes = SectorFiles.sealingBytes(spec.sealProof().sectorSize());
    StoragePath path = files.storage().allocate(sector, bytes);
    Path records = files.records(sector, path);
    Path record = SectorFiles.preCommit1Record(records, spec.ticket());
    Path cache = path.file(sector, SectorFileType.CACHE);
    Path sealed = path.file(sector, SectorFileType.SEALED);
    Optional<JobOutput.PreCommit1Done> before =
        Receipts.find(records, run.id(), JobOutput.PreCommit1Done.class);
    if (before.isPresent()
        && Files.exists(record)
        && cacheIsGood(spec.sealProof(), cache, sealed, "pc2", run)) {
      return before.get();
    }
    ObjectNode params =
        ChildParams.sector(sector, spec.sealProof(), spec.ticket())
            .put("cache_dir", cache.toString())
            .put("sealed_path", sealed.toString())
            .put("record_path", record.toString());
    params.set("pieces", ChildParams.pieces(spec.pieces()));
    if (!spec.pieces().isEmpty()) {
      params.put("unsealed_path", files.file(sector, SectorFileType.UNSEALED).toString());
    }
    StoragePaths.Promise promise = files.storage().promise(path, bytes);
    try (promise) {
      JsonNode answer = child.call(run, ChildClass.SDR, "seal.pc1", params);
      requireCommD(spec.sealProof(), sector, spec.pieces(), answer);
    }
    files.storage().declare(sector, SectorFileType.CACHE, path);
    files.storage().declare(sector, SectorFileType.SEALED, path);
    return Receipts.keep(
        records,
        run.id(),
        new JobOutput.PreCommit1Done(new FileLocation(path.id(), SectorFileType.CACHE)));
  }

  private static void requireCommD(
      RegisteredSealProof type, SectorId sector, List<PieceInfo> pieces, JsonNode answer) {
    Commitment expected = SectorLayout.of(type.sectorSize().bytes(), pieces).commD();
    Commitment found = ChildCalls.commitment(answer, "comm_d");
    if (!found.equals(expected)) {
      throw new JobFailedException(
          JobFailure.Kind.DATA,
          "sector " + sector + ": its data has CommD " + found + ", its pieces " + expected);
    }
  }

  /**
   * The child encodes a fresh copy and publishes it by rename, after removing what an earlier run
   * left (proofs.md 2.4: a second run over the first one's leavings gives a wrong CommR without an
   * error). Before CommR leaves this node, C1 is made from it with a random seed and verified, in
   * another process: bad memory or disk shows here and not days later on chain.
   */
  JobOutput.PreCommit2Done preCommit2(JobSpec.PreCommit2 spec, JobRun run) {
    SectorId sector = spec.sector();
    files.requireNotFinalized(sector);
    StoragePath path = files.holder(sector, SectorFileType.CACHE);
    Path records = files.records(sector, path);
    Path record = SectorFiles.preCommit1Record(records, spec.ticket());
    if (!Files.exists(record)) {
      throw new JobFailedException(
          JobFailure.Kind.DATA,
          "sector " + sector + ": no PC1 record for ticket " + spec.ticket() + "; PC1 comes first");
    }
    Path cache = path.file(sector, SectorFileType.CACHE);
    Path sealed = path.file(sector, SectorFileType.SEALED);
    Optional<JobOutput.PreCommit2Done> before =
        Receipts.find(records, run.id(), JobOutput.PreCommit2Done.class);
    if (before.isPresent() && cacheIsGood(spec.sealProof(), cache, sealed, "c1", run)) {
      checkCommit1(spec, before.get().commR(), before.get().commD(), path, run);
      return before.get();
    }
    ObjectNode params =
        ChildParams.sector(sector, spec.sealProof(), spec.ticket())
            .put("cache_dir", cache.toString())
            .put("sealed_path", sealed.toString())
            .put("record_path", record.toString());
    JsonNode answer = child.call(run, ChildClass.GPU, "seal.pc2", params);
    Commitment commR = ChildCalls.commitment(answer, "comm_r");
    Commitment commD = ChildCalls.commitment(answer, "comm_d");
    requireCommD(spec.sealProof(), sector, spec.pieces(), answer);
    files.storage().declare(sector, SectorFileType.SEALED, path);
    checkCommit1(spec, commR, commD, path, run);
    return Receipts.keep(
        records,
        run.id(),
        new JobOutput.PreCommit2Done(
            commR,
            commD,
            new FileLocation(path.id(), SectorFileType.SEALED),
            new FileLocation(path.id(), SectorFileType.CACHE)));
  }

  private void checkCommit1(
      JobSpec.PreCommit2 spec, Commitment commR, Commitment commD, StoragePath path, JobRun run) {
    ObjectNode params =
        ChildParams.sector(spec.sector(), spec.sealProof(), spec.ticket())
            .put("cache_dir", path.file(spec.sector(), SectorFileType.CACHE).toString())
            .put("sealed_path", path.file(spec.sector(), SectorFileType.SEALED).toString())
            .put("comm_r", commR.toString())
            .put("comm_d", commD.toString())
            .put("count", 1);
    params.set("pieces", ChildParams.pieces(spec.pieces()));
    child.call(run, ChildClass.IO, "seal.c1check", params);
  }

  private boolean cacheIsGood(
      RegisteredSealProof type, Path cache, Path sealed, String stage, JobRun run) {
    if (!Files.exists(cache)) {
      return false;
    }
    ObjectNode params =
        ChildParams.empty()
            .put("registered_seal_proof", type.number())
            .put("cache_dir", cache.toString())
            .put("sealed_path", sealed.toString())
            .put("stage", stage);
    return child.call(run, ChildClass.IO, "cache.check", params).path("valid").asBoolean(false);
  }

  /** Leaves the vanilla proofs as a blob; the same job's blob of an earlier run is taken over. */
  JobOutput.Commit1Done commit1(JobSpec.Commit1 spec, JobRun run) {
    SectorId sector = spec.sector();
    StoragePath path = files.holder(sector, SectorFileType.CACHE);
    Path sealed = files.file(sector, SectorFileType.SEALED);
    Path records = files.records(sector, path);
    Optional<JobOutput.Commit1Done> before =
        Receipts.find(records, run.id(), JobOutput.Commit1Done.class);
    if (before.isPresent() && files.blobs().find(before.get().record()).isPresent()) {
      return before.get();
    }
    Path record = SectorFiles.commit1Record(records, run.id());
    ObjectNode params =
        ChildParams.sector(sector, spec.sealProof(), spec.ticket())
            .put("cache_dir", path.file(sector, SectorFileType.CACHE).toString())
            .put("sealed_path", sealed.toString())
            .put("comm_r", spec.commR().toString())
            .put("comm_d", spec.commD().toString())
            .put("seed", spec.seed().toHex())
            .put("record_path", record.toString());
    params.set("pieces", ChildParams.pieces(spec.pieces()));
    JsonNode answer = child.call(run, ChildClass.IO, "seal.c1", params);
    return Receipts.keep(
        records,
        run.id(),
        new JobOutput.Commit1Done(
            ChildCalls.blob(answer.path("record"), path.id(), BlobStore.relative(path, record))));
  }

  /** Proves in one process and verifies in another. */
  JobOutput.Commit2Done commit2(JobSpec.Commit2 spec, JobRun run) {
    SectorId sector = spec.sector();
    Optional<JobOutput.Commit2Done> before = receipts.find(run.id(), JobOutput.Commit2Done.class);
    if (before.isPresent() && verify(spec, before.get().proof(), run)) {
      return before.get();
    }
    Bytes proof;
    try (InputFiles.Here here = inputs.bring("sector " + sector, List.of(spec.commit1()), run)) {
      ObjectNode params =
          ChildParams.sector(sector, spec.sealProof())
              .put("record_path", here.files().get(0).toString())
              .put("record_sha256", spec.commit1().sha256().toHex());
      JsonNode answer = child.call(run, ChildClass.GPU, "seal.c2", params);
      proof = ChildCalls.proof(answer, spec.sealProof().proofBytes());
    }
    run.progress("c2.verify", 100);
    if (!verify(spec, proof, run)) {
      throw new JobFailedException(
          JobFailure.Kind.PROOF_INVALID,
          "sector " + sector + ": the seal proof made does not verify");
    }
    return receipts.keep(run.id(), new JobOutput.Commit2Done(proof));
  }

  private boolean verify(JobSpec.Commit2 spec, Bytes proof, JobRun run) {
    return child.verifySeal(
        run,
        spec.sector(),
        spec.sealProof(),
        spec.ticket(),
        spec.seed(),
        spec.commR(),
        spec.commD(),
        proof);
  }

  /** Clears the cache folder down to what proving needs, and drops the records. */
  JobOutput.Finalized finish(JobSpec.Finalize spec, JobRun run) {
    SectorId sector = spec.sector();
    StoragePath path = files.holder(sector, SectorFileType.CACHE);
    files.holder(sector, SectorFileType.SEALED);
    child.call(
        run,
        ChildClass.IO,
        "cache.clear",
        ChildParams.empty().put("cache_dir", path.file(sector, SectorFileType.CACHE).toString()));
    files.markFinalized(sector, path);
    return new JobOutput.Finalized();
  }
}
