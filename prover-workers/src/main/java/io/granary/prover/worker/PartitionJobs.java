package io.granary.prover.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;
import io.granary.prover.child.ChildClass;
import io.granary.prover.child.ChildParams;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Proves partitions from their vanilla proofs; and, for a winning proof type, the one sector of a
 * block's election (JobSpec's word on the winning types).
 */
final class PartitionJobs {
  /** Bytes of one partition's window PoSt proof (proofs.md 2.6). */
  private static final int PROOF_BYTES = 192;

  private final InputFiles inputs;
  private final ChildCalls child;
  private final ReceiptFolder receipts;

  PartitionJobs(InputFiles inputs, ChildCalls child, ReceiptFolder receipts) {
    this.inputs = inputs;
    this.child = child;
    this.receipts = receipts;
  }

  /** Proves in the post process and verifies in another one. */
  JobOutput.WindowPoStDone prove(JobSpec.WindowPoStSnark spec, JobRun run) {
    if (spec.vanilla().isEmpty()) {
      throw new JobFailedException(
          JobFailure.Kind.INPUT, subject(spec) + ": no sectors to be proven");
    }
    Optional<JobOutput.WindowPoStDone> before =
        receipts.find(run.id(), JobOutput.WindowPoStDone.class);
    if (before.isPresent() && verify(spec, before.get().proof(), run)) {
      return before.get();
    }
    Bytes proof;
    try (InputFiles.Here here = inputs.bring(subject(spec), spec.vanilla(), run)) {
      JsonNode answer =
          child.call(
              run,
              spec.postProof().isWindow() ? ChildClass.POST : ChildClass.WINNING,
              spec.postProof().isWindow() ? "post.window.partition" : "post.winning.prove",
              params(spec, here.files()));
      proof = ChildCalls.proof(answer, PROOF_BYTES);
    }
    run.progress("post.verify", 100);
    if (!verify(spec, proof, run)) {
      throw new JobFailedException(
          JobFailure.Kind.PROOF_INVALID, subject(spec) + ": the proof made does not verify");
    }
    return receipts.keep(run.id(), new JobOutput.WindowPoStDone(proof));
  }

  /** The child checks each file's sha256 as it reads it. */
  private static ObjectNode params(JobSpec.WindowPoStSnark spec, List<Path> files) {
    ObjectNode params = ChildParams.post(spec.miner(), spec.postProof(), spec.randomness());
    if (spec.postProof().isWindow()) {
      // Each partition is proven and verified by itself. The type's challenges do not depend on the
      // partition's position (proofs.md 2.6), and a verifier of one partition counts from 0.
      params.put("partition_index", 0);
    }
    ArrayNode vanilla = params.putArray("vanilla");
    for (int i = 0; i < files.size(); i++) {
      vanilla.add(
          ChildParams.sectorAndCommR(spec.sectors().get(i))
              .put("path", files.get(i).toString())
              .put("sha256", spec.vanilla().get(i).sha256().toHex()));
    }
    return params;
  }

  private boolean verify(JobSpec.WindowPoStSnark spec, Bytes proof, JobRun run) {
    return child.verifyPoSt(
        run, spec.miner(), spec.postProof(), spec.randomness(), spec.sectors(), proof);
  }

  private static String subject(JobSpec.WindowPoStSnark spec) {
    return JobRunner.subject(spec);
  }
}
