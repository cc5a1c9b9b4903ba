package io.granary.protocol.port;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.piece.Commitment;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Verifies proofs with the reference library, in a process of its own. */
public interface ProofVerifier {
  /** False for a wrong and for an undecodable proof alike. */
  CompletionStage<Boolean> verifySeal(
      SectorId sector,
      RegisteredSealProof proofType,
      Bytes ticket,
      Bytes seed,
      Commitment commR,
      Commitment commD,
      Bytes proof);

  /**
   * Verifies the proofs of one or more chunks; false for wrong and undecodable ones alike.
   *
   * @param sectors the distinct good sectors, ascending by number
   * @param proofs 192 bytes per chunk of the partition size, concatenated
   */
  CompletionStage<Boolean> verifyWindowPoSt(
      ActorId prover,
      RegisteredPoStProof proofType,
      Bytes randomness,
      List<ReplicaRef> sectors,
      Bytes proofs);

  /** One sector, 192 bytes. */
  CompletionStage<Boolean> verifyWinningPoSt(
      ActorId prover,
      RegisteredPoStProof proofType,
      Bytes randomness,
      List<ReplicaRef> sectors,
      Bytes proof);
}
