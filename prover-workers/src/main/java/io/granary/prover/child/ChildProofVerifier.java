package io.granary.prover.child;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.ProofVerifier;
import io.granary.prover.ProverWorkersSettings;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies proofs in children of class {@link ChildClass#VERIFY}, never in the one that made them.
 * Stages fail with {@link ChildException}; a verifier that dies is replaced once before that.
 */
public final class ChildProofVerifier implements ProofVerifier {
  private static final Logger LOG = LoggerFactory.getLogger(ChildProofVerifier.class);

  private final Children children;
  private final ProverWorkersSettings.Child settings;
  private final Executor executor;

  /**
   * A verifier over {@code children}.
   *
   * @param executor runs the blocking calls; bounded, and not one that actors run on
   */
  public ChildProofVerifier(
      Children children, ProverWorkersSettings.Child settings, Executor executor) {
    this.children = children;
    this.settings = settings;
    this.executor = executor;
  }

  @Override
  public CompletionStage<Boolean> verifySeal(
      SectorId sector,
      RegisteredSealProof proofType,
      Bytes ticket,
      Bytes seed,
      Commitment commR,
      Commitment commD,
      Bytes proof) {
    ObjectNode params = ChildParams.sector(sector, proofType, ticket);
    params.put("seed", seed.toHex());
    params.put("comm_r", commR.toString());
    params.put("comm_d", commD.toString());
    params.put("proof", proof.toHex());
    return verify("verify.seal", params);
  }

  @Override
  public CompletionStage<Boolean> verifyWindowPoSt(
      ActorId prover,
      RegisteredPoStProof proofType,
      Bytes randomness,
      List<ReplicaRef> sectors,
      Bytes proofs) {
    return verify("verify.window", post(prover, proofType, randomness, sectors, proofs));
  }

  @Override
  public CompletionStage<Boolean> verifyWinningPoSt(
      ActorId prover,
      RegisteredPoStProof proofType,
      Bytes randomness,
      List<ReplicaRef> sectors,
      Bytes proof) {
    return verify("verify.winning", post(prover, proofType, randomness, sectors, proof));
  }

  private static ObjectNode post(
      ActorId prover,
      RegisteredPoStProof proofType,
      Bytes randomness,
      List<ReplicaRef> sectors,
      Bytes proof) {
    ObjectNode params = ChildParams.post(prover, proofType, randomness);
    var array = params.putArray("sectors");
    for (ReplicaRef sector : sectors) {
      array.add(ChildParams.sectorAndCommR(sector));
    }
    params.put("proof", proof.toHex());
    return params;
  }

  private CompletionStage<Boolean> verify(String method, ObjectNode params) {
    try {
      return CompletableFuture.supplyAsync(() -> twice(method, params), executor);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          new ChildStartException("too many proofs wait to be verified, or the node stops", e));
    }
  }

  private boolean twice(String method, ObjectNode params) {
    try {
      return once(method, params);
    } catch (ChildDiedException e) {
      LOG.warn("verifier died, trying once more in another", e);
      return once(method, params);
    }
  }

  private boolean once(String method, ObjectNode params) {
    ChildCall call = ChildCall.of(method, params, settings.limit(method));
    JsonNode answer = children.use(ChildClass.VERIFY, child -> child.call(call));
    boolean valid = answer.path("valid").asBoolean(false);
    if (!valid) {
      LOG.info("{} found a proof invalid: {}", method, answer.path("reason").asText("no reason"));
    }
    return valid;
  }
}
