package io.granary.protocol.winning;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.chain.MiningBaseInfo;
import io.granary.protocol.chain.Randomness;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.hash.Blake2b;
import java.math.BigInteger;

/** What a round draws from the beacon (chain.md 6.1 step 3; lotus miner/miner.go). */
public final class WinningDraws {
  private static final double TWO_TO_256 = Math.pow(2, 256);

  private WinningDraws() {}

  /** The 32 bytes whose signature by the worker key is the election's VRF proof. */
  public static Bytes election(ActorId miner, Epoch round, MiningBaseInfo info) {
    return Randomness.draw(
        RandomnessTag.ELECTION_PROOF_PRODUCTION,
        info.drawingEntry().data(),
        round,
        Randomness.minerEntropy(miner));
  }

  /** The 32 bytes whose signature is the ticket of a block on top of {@code base}. */
  public static Bytes ticket(ActorId miner, Epoch round, MiningBaseInfo info, TipSet base) {
    return Randomness.draw(
        RandomnessTag.TICKET_PRODUCTION,
        info.drawingEntry().data(),
        round.minus(1),
        Bytes.concat(Randomness.minerEntropy(miner), minTicket(base)));
  }

  /** The randomness of the winning PoSt, as the proofs take it. */
  public static Bytes post(ActorId miner, Epoch round, MiningBaseInfo info) {
    return Randomness.forPoSt(
        Randomness.draw(
            RandomnessTag.WINNING_POST_CHALLENGE_SEED,
            info.drawingEntry().data(),
            round,
            Randomness.minerEntropy(miner)));
  }

  /** How good a ticket is, 0 to 1: the pool's choice of messages goes by it. */
  public static double quality(Bytes ticketVrfProof) {
    BigInteger fraction = new BigInteger(1, Blake2b.hash256(ticketVrfProof).toArray());
    return 1 - fraction.doubleValue() / TWO_TO_256;
  }

  /** The ticket of the first block: blocks stand in the order of their tickets. */
  public static Bytes minTicket(TipSet base) {
    return base.blocks().get(0).ticketVrfProof().orElse(Bytes.empty());
  }
}
