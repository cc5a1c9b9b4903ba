package io.granary.ops.stage;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.ProofVerifier;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Takes every proof. */
public final class AcceptingVerifier implements ProofVerifier {
  @Override
  public CompletionStage<Boolean> verifySeal(
      SectorId sector,
      RegisteredSealProof proofType,
      Bytes ticket,
      Bytes seed,
      Commitment commR,
      Commitment commD,
      Bytes proof) {
    return CompletableFuture.completedFuture(true);
  }

  @Override
  public CompletionStage<Boolean> verifyWindowPoSt(
      ActorId prover,
      RegisteredPoStProof proofType,
      Bytes randomness,
      List<ReplicaRef> sectors,
      Bytes proofs) {
    return CompletableFuture.completedFuture(true);
  }

  @Override
  public CompletionStage<Boolean> verifyWinningPoSt(
      ActorId prover,
      RegisteredPoStProof proofType,
      Bytes randomness,
      List<ReplicaRef> sectors,
      Bytes proof) {
    return CompletableFuture.completedFuture(true);
  }
}
