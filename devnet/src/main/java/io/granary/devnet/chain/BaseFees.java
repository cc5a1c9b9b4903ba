package io.granary.devnet.chain;

import io.granary.devnet.actor.GasSchedule;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.SignedMessage;
import java.math.BigInteger;

/**
 * The base fee of the next epoch (lotus chain/store/basefee.go): it moves by up to an eighth, with
 * how far the gas limits of a tipset's distinct messages, per block, are from half a block. Since
 * FIP-0115 mainnet looks at premiums instead (README).
 */
final class BaseFees {
  /** The least base fee there is (lotus build/buildconstants, MinimumBaseFee). */
  static final TokenAmount MINIMUM = TokenAmount.ofAtto(100);

  private static final long TARGET = GasSchedule.BLOCK_GAS_LIMIT / 2;
  private static final BigInteger CHANGE_DENOMINATOR = BigInteger.valueOf(8);

  private BaseFees() {}

  /** What follows {@code tipSet}. */
  static TokenAmount after(ExecutedTipSet tipSet) {
    long gas = 0;
    for (SignedMessage signed : tipSet.messages()) {
      gas += signed.message().gasLimit();
    }
    return next(tipSet.header().parentBaseFee(), gas, tipSet.tipSet().blocks().size());
  }

  /**
   * What follows a tipset.
   *
   * @param gasLimits the sum of its distinct messages' gas limits
   * @param blocks how many blocks it has, at least one
   */
  static TokenAmount next(TokenAmount baseFee, long gasLimits, int blocks) {
    long delta = gasLimits / blocks - TARGET;
    long bounded = Math.max(-TARGET, Math.min(TARGET, delta));
    // Division towards minus infinity, as Go's big.Int.Div with a positive divisor does.
    BigInteger change =
        floor(
            floor(baseFee.atto().multiply(BigInteger.valueOf(bounded)), BigInteger.valueOf(TARGET)),
            CHANGE_DENOMINATOR);
    TokenAmount next = new TokenAmount(baseFee.atto().add(change));
    return next.compareTo(MINIMUM) < 0 ? MINIMUM : next;
  }

  private static BigInteger floor(BigInteger value, BigInteger divisor) {
    BigInteger[] parts = value.divideAndRemainder(divisor);
    return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
  }
}
