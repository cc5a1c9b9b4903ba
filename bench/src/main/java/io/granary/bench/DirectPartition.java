package io.granary.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.ReplicaRef;
import io.granary.prover.child.ChildCall;
import io.granary.prover.child.ChildClass;
import io.granary.prover.child.ChildParams;
import io.granary.prover.child.Children;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The two calls of a partition's proof, made to children of its own: prove, then verify. */
final class DirectPartition {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final Children children;
  private final Path storage;

  /**
   * @param storage the storage path that the vanilla proofs lie on
   */
  DirectPartition(Children children, Path storage) {
    this.children = children;
    this.storage = storage;
  }

  /**
   * Proves what a trip has proven.
   *
   * @return seconds of both calls
   * @throws IllegalStateException when the proof does not verify
   */
  double seconds(JobSpec.WindowPoStSnark spec) {
    List<BlobRef> vanilla = spec.vanilla();
    ObjectNode prove =
        ChildParams.post(SealedPair.MINER, spec.postProof(), spec.randomness())
            .put("partition_index", 0);
    ArrayNode proofs = prove.putArray("vanilla");
    ObjectNode verify = ChildParams.post(SealedPair.MINER, spec.postProof(), spec.randomness());
    ArrayNode sectors = verify.putArray("sectors");
    for (int i = 0; i < vanilla.size(); i++) {
      ReplicaRef replica = spec.sectors().get(i);
      BlobRef blob = vanilla.get(i);
      proofs.add(
          ChildParams.sectorAndCommR(replica)
              .put("path", storage.resolve(blob.path()).toString())
              .put("sha256", blob.sha256().toHex()));
      sectors.add(ChildParams.sectorAndCommR(replica));
    }
    long start = System.nanoTime();
    String proof =
        children.use(
            ChildClass.POST,
            child ->
                child
                    .call(ChildCall.of("post.window.partition", prove, LIMIT))
                    .path("proof")
                    .asText());
    verify.put("proof", proof);
    boolean valid =
        children.use(
            ChildClass.VERIFY,
            child ->
                child.call(ChildCall.of("verify.window", verify, LIMIT)).path("valid").asBoolean());
    double seconds = (System.nanoTime() - start) / 1e9;
    if (!valid) {
      throw new IllegalStateException("the proof made directly does not verify");
    }
    return seconds;
  }
}
