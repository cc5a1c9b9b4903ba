package io.granary.prover.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.ReplicaRef;
import io.granary.prover.child.ChildClass;
import io.granary.prover.child.ChildParams;
import io.granary.prover.storage.BlobStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Proves partitions from their vanilla proofs. */
final class PartitionJobs {
  /** Bytes of one partition's window PoSt proof (proofs.md 2.6). */
  private static final int PROOF_BYTES = 192;

  private final BlobStore blobs;
  private final ChildCalls child;

  PartitionJobs(BlobStore blobs, ChildCalls child) {
    this.blobs = blobs;
    this.child = child;
  }

  /** Proves in the post process and verifies in another one. */
  JobOutput.WindowPoStDone prove(JobSpec.WindowPoStSnark spec, JobRun run) {
    if (spec.vanilla().isEmpty()) {
      throw new JobFailedException(
          JobFailure.Kind.INPUT, subject(spec) + ": no sectors to be proven");
    }
    ObjectNode params = ChildParams.post(spec.miner(), spec.postProof(), spec.randomness());
    // Each partition is proven and verified by itself. The type's challenges do not depend on the
    // partition's position (proofs.md 2.6), and a verifier of one partition counts from 0.
    params.put("partition_index", 0);
    ArrayNode vanilla = params.putArray("vanilla");
    Path folder = Path.of("");
    for (int i = 0; i < spec.sectors().size(); i++) {
      ReplicaRef sector = spec.sectors().get(i);
      BlobRef blob = spec.vanilla().get(i);
      Path file = file(spec, sector, blob);
      folder = file.resolveSibling("");
      vanilla.add(
          ChildParams.sectorAndCommR(sector)
              .put("path", file.toString())
              .put("sha256", blob.sha256().toHex()));
    }
    Optional<JobOutput.WindowPoStDone> before =
        Receipts.find(folder, run.id(), JobOutput.WindowPoStDone.class);
    if (before.isPresent() && verify(spec, before.get().proof(), run)) {
      return before.get();
    }
    JsonNode answer = child.call(run, ChildClass.POST, "post.window.partition", params);
    Bytes proof = ChildCalls.proof(answer, PROOF_BYTES);
    run.progress("post.verify", 100);
    if (!verify(spec, proof, run)) {
      throw new JobFailedException(
          JobFailure.Kind.PROOF_INVALID, subject(spec) + ": the proof made does not verify");
    }
    return Receipts.keep(folder, run.id(), new JobOutput.WindowPoStDone(proof));
  }

  /** The child checks the file's sha256 as it reads it. */
  private Path file(JobSpec.WindowPoStSnark spec, ReplicaRef sector, BlobRef blob) {
    return blobs
        .locate(blob)
        .filter(Files::exists)
        .orElseThrow(
            () ->
                new JobFailedException(
                    JobFailure.Kind.DATA,
                    subject(spec)
                        + ": the vanilla proof of sector "
                        + sector.number()
                        + " is gone: "
                        + blob.path()));
  }

  private boolean verify(JobSpec.WindowPoStSnark spec, Bytes proof, JobRun run) {
    return child.verifyWindow(
        run, spec.miner(), spec.postProof(), spec.randomness(), spec.sectors(), proof);
  }

  private static String subject(JobSpec.WindowPoStSnark spec) {
    return JobRunner.subject(spec);
  }
}
