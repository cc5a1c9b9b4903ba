package io.granary.prover.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.piece.Commitment;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.child.ChildCall;
import io.granary.prover.child.ChildClass;
import io.granary.prover.child.ChildParams;
import io.granary.prover.child.ChildProcess;
import io.granary.prover.child.ChildProgress;
import io.granary.prover.child.Children;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** Requests to child processes on behalf of a job's run. */
final class ChildCalls {
  private final Children children;
  private final ProverWorkersSettings.Child settings;

  ChildCalls(Children children, ProverWorkersSettings.Child settings) {
    this.children = children;
    this.settings = settings;
  }

  /** One request in a child of {@code childClass}; its steps become the run's progress. */
  JsonNode call(JobRun run, ChildClass childClass, String method, ObjectNode params) {
    return call(
        run, childClass, method, params, step -> run.progress(step.stage(), step.percent()));
  }

  /** One request with a limit of its own. */
  JsonNode call(
      JobRun run, ChildClass childClass, String method, ObjectNode params, Duration limit) {
    return use(
        run,
        childClass,
        (child, call) -> child.call(call),
        new ChildCall(method, params, limit, step -> {}, run.mdc()));
  }

  /** One request whose steps {@code steps} hears, on the child's reader thread. */
  JsonNode call(
      JobRun run,
      ChildClass childClass,
      String method,
      ObjectNode params,
      Consumer<ChildProgress> steps) {
    return use(
        run,
        childClass,
        (child, call) -> child.call(call),
        new ChildCall(method, params, settings.limit(method), steps, run.mdc()));
  }

  /** As {@link #call}, for who wants to hold the process itself. */
  <T> T use(
      JobRun run,
      ChildClass childClass,
      BiFunction<ChildProcess, ChildCall, T> user,
      ChildCall call) {
    return children.use(
        childClass,
        child -> {
          run.attach(child);
          try {
            return user.apply(child, call);
          } finally {
            run.detach();
          }
        });
  }

  ProverWorkersSettings.Child settings() {
    return settings;
  }

  /** Whether a seal proof verifies, asked of a process that did not make it. */
  boolean verifySeal(
      JobRun run,
      SectorId sector,
      RegisteredSealProof type,
      Bytes ticket,
      Bytes seed,
      Commitment commR,
      Commitment commD,
      Bytes proof) {
    ObjectNode params =
        ChildParams.sector(sector, type, ticket)
            .put("seed", seed.toHex())
            .put("comm_r", commR.toString())
            .put("comm_d", commD.toString())
            .put("proof", proof.toHex());
    return call(run, ChildClass.VERIFY, "verify.seal", params).path("valid").asBoolean(false);
  }

  /**
   * Whether a partition's proof, or a winning one, verifies, asked of a process that did not make
   * it.
   */
  boolean verifyPoSt(
      JobRun run,
      ActorId miner,
      RegisteredPoStProof type,
      Bytes randomness,
      List<ReplicaRef> sectors,
      Bytes proof) {
    ObjectNode params = ChildParams.post(miner, type, randomness);
    var array = params.putArray("sectors");
    sectors.forEach(sector -> array.add(ChildParams.sectorAndCommR(sector)));
    params.put("proof", proof.toHex());
    String method = type.isWindow() ? "verify.window" : "verify.winning";
    return call(run, ChildClass.VERIFY, method, params).path("valid").asBoolean(false);
  }

  /** The 32-byte commitment in {@code field} of an answer. */
  static Commitment commitment(JsonNode answer, String field) {
    return Commitment.fromHex(text(answer, field));
  }

  /** The proof in an answer, of {@code length} bytes. */
  static Bytes proof(JsonNode answer, int length) {
    return Bytes.fromHex(text(answer, "proof")).requireLength(length, "proof");
  }

  /**
   * A blob of an answer as messages name it.
   *
   * @param path relative to the storage path {@code storageId}
   */
  static BlobRef blob(JsonNode blob, String storageId, String path) {
    return new BlobRef(
        storageId,
        path,
        Long.parseLong(text(blob, "length_bytes")),
        Bytes.fromHex(text(blob, "sha256")).requireLength(32, "sha256"));
  }

  private static String text(JsonNode answer, String field) {
    JsonNode value = answer.path(field);
    if (!value.isTextual()) {
      throw new JobFailedException(
          JobFailure.Kind.ENVIRONMENT, "the prover's answer lacks '" + field + "': " + answer);
    }
    return value.asText();
  }
}
