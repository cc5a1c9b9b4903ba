package io.granary.protocol.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.hash.Blake2b;
import java.math.BigInteger;
import java.util.List;

/**
 * How many times a miner wins an epoch: its VRF, taken as a fraction, against a Poisson
 * distribution of its share of five expected winners (lotus chain/types/electionproof.go). Numbers
 * are fixed-point with 256 fractional bits.
 */
public final class Election {
  /** The winners expected in an epoch (lotus build, BlocksPerEpoch). */
  private static final BigInteger BLOCKS_PER_EPOCH = BigInteger.valueOf(5);

  /** Three times the blocks expected in an epoch (lotus, MaxWinCount). */
  public static final int MAX_WIN_COUNT = 15;

  private static final int PRECISION = 256;
  private static final BigInteger ONE = BigInteger.ONE.shiftLeft(PRECISION);

  /** Numerator of e^−x, highest power first, in units of 2^−128. */
  private static final List<BigInteger> NUMERATOR =
      coefficients(
          "-648770010757830093818553637600",
          "67469480939593786226847644286976",
          "-3197587544499098424029388939001856",
          "89244641121992890118377641805348864",
          "-1579656163641440567800982336819953664",
          "17685496037279256458459817590917169152",
          "-115682590513835356866803355398940131328",
          "340282366920938463463374607431768211456");

  /** Denominator of e^−x, the same way. */
  private static final List<BigInteger> DENOMINATOR =
      coefficients(
          "1225524182432722209606361",
          "114095592300906098243859450",
          "5665570424063336070530214243",
          "194450132448609991765137938448",
          "5068267641632683791026134915072",
          "104716890604972796896895427629056",
          "1748338658439454459487681798864896",
          "23704654329841312470660182937960448",
          "259380097567996910282699886670381056",
          "2250336698853390384720606936038375424",
          "14978272436876548034486263159246028800",
          "72144088983913131323343765784380833792",
          "224599776407103106596571252037123047424",
          "340282366920938463463374607431768211456");

  private Election() {}

  private static List<BigInteger> coefficients(String... decimals) {
    return List.of(decimals).stream()
        .map(decimal -> new BigInteger(decimal).shiftLeft(PRECISION - 128))
        .toList();
  }

  /**
   * How often {@code vrfProof} wins, from 0 to {@value #MAX_WIN_COUNT}.
   *
   * @param power the miner's quality-adjusted power
   * @param totalPower the network's, more than zero
   */
  public static int winCount(Bytes vrfProof, BigInteger power, BigInteger totalPower) {
    if (power.signum() < 0 || totalPower.signum() <= 0) {
      throw new IllegalArgumentException(
          "election: power " + power + " of a total of " + totalPower);
    }
    BigInteger fraction = new BigInteger(1, Blake2b.hash256(vrfProof).toArray());
    return new WinTable(lambda(power, totalPower)).winsAt(fraction);
  }

  /** The expected wins: five times the share of power. */
  static BigInteger lambda(BigInteger power, BigInteger totalPower) {
    return power.multiply(BLOCKS_PER_EPOCH).shiftLeft(PRECISION).divide(totalPower);
  }

  /** e^−x for {@code x} of zero and more. */
  static BigInteger exponentialOfNegative(BigInteger x) {
    return polynomial(x, NUMERATOR).shiftLeft(PRECISION).divide(polynomial(x, DENOMINATOR));
  }

  /** By Horner's rule; the shift rounds negative numbers down, as the reference does. */
  private static BigInteger polynomial(BigInteger x, List<BigInteger> coefficients) {
    BigInteger result = coefficients.get(0);
    for (BigInteger coefficient : coefficients.subList(1, coefficients.size())) {
      result = result.multiply(x).shiftRight(PRECISION).add(coefficient);
    }
    return result;
  }

  /** One minus the distribution's sum up to k, for k from 0 on. Used by one thread. */
  static final class WinTable {
    private final BigInteger lambda;
    private BigInteger probability;
    private BigInteger rest;
    private int wins;

    WinTable(BigInteger lambda) {
      this.lambda = lambda;
      probability = exponentialOfNegative(lambda);
      rest = ONE.subtract(probability);
    }

    /** The chance of more wins than counted so far. */
    BigInteger rest() {
      return rest;
    }

    /** Counts one more win. */
    void next() {
      wins++;
      probability =
          probability.divide(BigInteger.valueOf(wins)).multiply(lambda).shiftRight(PRECISION);
      rest = rest.subtract(probability);
    }

    int winsAt(BigInteger fraction) {
      while (fraction.compareTo(rest) < 0 && wins < MAX_WIN_COUNT) {
        next();
      }
      return wins;
    }
  }
}
