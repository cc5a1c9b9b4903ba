package io.granary.protocol.port;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.job.ReplicaRef;
import java.util.concurrent.CompletionStage;

/** Makes winning PoSts: of one sector, in seconds, or not at all. */
public interface WinningProver {
  /**
   * Proves {@code sector}. The stage fails when there is no verified proof in time.
   *
   * @param type one of the winning types
   * @param round the epoch the proof is for; after it the proof is worthless
   * @return 192 bytes, verified by another process than the one that made them
   */
  CompletionStage<Bytes> prove(
      ActorId miner, RegisteredPoStProof type, Epoch round, Bytes randomness, ReplicaRef sector);
}
