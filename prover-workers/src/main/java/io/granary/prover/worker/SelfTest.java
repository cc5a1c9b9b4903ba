package io.granary.prover.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.prover.JobClass;
import io.granary.prover.child.ChildClass;
import io.granary.prover.child.ChildParams;
import io.granary.prover.child.Children;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tries what jobs of a class stand on: that its child starts and answers, and that the proof
 * parameters it would use are what they should be, read through to their digests. It does not show
 * good memory or a good GPU; a worker that fails again is barred again after as few jobs.
 */
final class SelfTest {
  /** Reading the digests of 32 GiB parameters takes minutes. */
  private static final Duration DIGEST_LIMIT = Duration.ofHours(1);

  private final Children children;
  private final ChildCalls child;

  SelfTest(Children children, ChildCalls child) {
    this.children = children;
    this.child = child;
  }

  void run(JobClass jobClass) {
    JobRun run = new JobRun(new JobId("self-test"), Map.of(), (stage, percent) -> {});
    ChildClass childClass =
        switch (jobClass) {
          case POST_READ, WINNING_READ, READ, PIECE -> ChildClass.IO;
          case POST_PROVE -> ChildClass.POST;
          case WINNING_PROVE -> ChildClass.WINNING;
          case SDR, UNSEAL -> ChildClass.SDR;
          case GPU -> ChildClass.GPU;
        };
    child.call(run, childClass, "ping", ChildParams.empty());
    circuit(jobClass)
        .ifPresent(
            circuit ->
                children
                    .hello()
                    .circuits()
                    .forEach((bytes, circuits) -> check(run, bytes, circuit, circuits)));
  }

  /** The circuit whose parameters jobs of the class need; empty: none. */
  private static Optional<String> circuit(JobClass jobClass) {
    return switch (jobClass) {
      case GPU -> Optional.of("porep");
      case POST_PROVE -> Optional.of("window_post");
      case WINNING_PROVE -> Optional.of("winning_post");
      case POST_READ, WINNING_READ, READ, PIECE, SDR, UNSEAL -> Optional.empty();
    };
  }

  private void check(JobRun run, long sectorBytes, String circuit, Set<String> circuits) {
    if (!circuits.contains(circuit)) {
      return;
    }
    ObjectNode params =
        ChildParams.empty()
            .put("sector_padded_bytes", ChildParams.u64(sectorBytes))
            .put("digest", true);
    params.putArray("circuits").add(circuit);
    JsonNode answer = child.call(run, ChildClass.VERIFY, "params.check", params, DIGEST_LIMIT);
    if (!answer.path("complete").asBoolean(false)) {
      throw new JobFailedException(
          JobFailure.Kind.ENVIRONMENT, "proof parameters are not what they should be: " + answer);
    }
  }
}
