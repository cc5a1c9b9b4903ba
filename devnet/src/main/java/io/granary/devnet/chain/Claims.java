package io.granary.devnet.chain;

import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.state.ChainState;
import io.granary.devnet.state.MinerState;
import java.math.BigInteger;

/**
 * Who may win blocks, and against what total (builtin-actors power/src/state.rs): with four miners
 * above the minimum only such miners count; with fewer, everybody with power does.
 *
 * @param enoughMiners whether four miners are above the minimum
 * @param total the power that shares are taken of
 */
record Claims(BigInteger minimum, boolean enoughMiners, BigInteger total) {
  /** Below so many miners above the minimum, the minimum does not hold. */
  private static final int MINERS_MIN = 4;

  static Claims of(ChainState state, ChainPolicy policy) {
    BigInteger minimum = policy.consensusMinerMinPower();
    int above = 0;
    BigInteger aboveTotal = BigInteger.ZERO;
    BigInteger total = BigInteger.ZERO;
    for (MinerState miner : state.miners()) {
      BigInteger power = miner.power();
      total = total.add(power);
      if (power.compareTo(minimum) >= 0) {
        above++;
        aboveTotal = aboveTotal.add(power);
      }
    }
    boolean enough = above >= MINERS_MIN;
    return new Claims(minimum, enough, enough ? aboveTotal : total);
  }

  /** Whether a miner of {@code power} may win at all. */
  boolean isEnough(BigInteger power) {
    return power.compareTo(minimum) >= 0 || (!enoughMiners && power.signum() > 0);
  }
}
