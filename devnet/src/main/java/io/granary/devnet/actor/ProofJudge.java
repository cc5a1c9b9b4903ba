package io.granary.devnet.actor;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.piece.Commitment;
import java.util.List;

/** Says whether proofs hold; equal questions always get equal answers. */
public interface ProofJudge {
  /**
   * Whether a seal proof holds.
   *
   * @throws VerifierUnavailableException when nobody could tell
   */
  boolean sealHolds(
      SectorId sector,
      RegisteredSealProof type,
      Bytes ticket,
      Bytes seed,
      Commitment commR,
      Commitment commD,
      Bytes proof);

  /**
   * Whether a window PoSt holds.
   *
   * @param sectors the good sectors, ascending by number
   * @throws VerifierUnavailableException when nobody could tell
   */
  boolean windowPoStHolds(
      ActorId miner,
      RegisteredPoStProof type,
      Bytes randomness,
      List<ReplicaRef> sectors,
      Bytes proof);

  /**
   * Whether a winning PoSt holds.
   *
   * @param sectors the chosen sector
   * @throws VerifierUnavailableException when nobody could tell
   */
  boolean winningPoStHolds(
      ActorId miner,
      RegisteredPoStProof type,
      Bytes randomness,
      List<ReplicaRef> sectors,
      Bytes proof);
}
