package io.granary.devnet.chain;

import java.math.BigInteger;

/**
 * How heavy a chain is (lotus chain/consensus/filcns/weight.go): each tipset adds 256·log2(power)
 * and half of a fifth of that for every win in it. A network without power counts as having one
 * bit, so that a young devnet grows too.
 */
final class ChainWeight {
  private static final int PRECISION_BITS = 8;
  private static final BigInteger WIN_RATIO_DENOMINATOR = BigInteger.valueOf(2 * 5);

  private ChainWeight() {}

  /** The weight of the chain that ends in {@code tipSet}: what its children carry. */
  static BigInteger of(ExecutedTipSet tipSet) {
    BigInteger power = tipSet.before().totalPower();
    BigInteger logarithm = BigInteger.valueOf(Math.max(1, power.bitLength() - 1));
    BigInteger unit = logarithm.shiftLeft(PRECISION_BITS);
    BigInteger wins = BigInteger.valueOf(tipSet.winCount());
    return tipSet
        .header()
        .parentWeight()
        .add(unit)
        .add(unit.multiply(wins).divide(WIN_RATIO_DENOMINATOR));
  }
}
