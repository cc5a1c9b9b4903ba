package io.granary.devnet.policy;

import io.granary.protocol.TokenAmount;
import java.math.BigInteger;

/**
 * What things cost. The forms are those of chain.md 4.5 and 5.5; network-wide quantities that
 * mainnet smooths over time (reward, power, circulating supply) are constants here, chosen so that
 * a 2 KiB sector costs what it cost on the recorded chain. The README lists this as a difference.
 */
public final class Economics {
  /** attoFIL a quality-adjusted byte is expected to earn in an epoch. */
  private static final long REWARD_PER_BYTE_EPOCH = 759;

  /** floor(10^18 / 2^35): the most pledge of a quality-adjusted byte (chain.md 4.5). */
  private static final long PLEDGE_PER_BYTE = 29_103_830;

  /** The circulating supply in attoFIL, as recorded (StateVMCirculatingSupplyInternal). */
  private static final BigInteger CIRCULATING = new BigInteger("931530170404665406289682618");

  private static final BigInteger BLOCKS_PER_EPOCH = BigInteger.valueOf(5);
  private static final long DAY = 2880;
  private static final long DEPOSIT_EPOCHS = 20 * DAY;
  private static final long QUALITY_MAX = 10;
  private static final long CONTINUED_FAULT_EPOCHS = 10_108;
  private static final long INVALID_POST_EPOCHS = 15_868;
  private static final long TERMINATION_AGE_CAP = 140 * DAY;
  private static final BigInteger DAILY_FEE_NUMERATOR = BigInteger.valueOf(161_817);
  private static final BigInteger DAILY_FEE_DENOMINATOR = BigInteger.TEN.pow(30);
  private static final TokenAmount INVALID_POST_BASE = TokenAmount.ofFil(20);

  /** What disputing an invalid proof successfully earns (chain.md 5.3). */
  public static final TokenAmount DISPUTE_REWARD = TokenAmount.ofFil(4);

  private Economics() {}

  /** BR(x, t): what {@code bytes} of power are expected to earn in {@code epochs}. */
  static TokenAmount expectedReward(BigInteger bytes, long epochs) {
    return new TokenAmount(bytes.multiply(BigInteger.valueOf(REWARD_PER_BYTE_EPOCH * epochs)));
  }

  /** What one win earns while the network has {@code bytes} of power: a fifth of an epoch's. */
  public static TokenAmount blockReward(BigInteger bytes) {
    return new TokenAmount(expectedReward(bytes, 1).atto().divide(BLOCKS_PER_EPOCH));
  }

  /** What of a reward vests over time (FIP-0004). */
  public static TokenAmount lockedOfReward(TokenAmount reward) {
    return new TokenAmount(perMille(reward.atto(), 750));
  }

  /** The deposit of one precommit: always at ten times quality. */
  public static TokenAmount preCommitDeposit(long sectorBytes) {
    return expectedReward(BigInteger.valueOf(sectorBytes * QUALITY_MAX), DEPOSIT_EPOCHS);
  }

  /** The initial pledge of {@code bytes} of quality-adjusted power: the chain's upper bound. */
  public static TokenAmount initialPledge(BigInteger bytes) {
    return new TokenAmount(bytes.multiply(BigInteger.valueOf(PLEDGE_PER_BYTE)));
  }

  /** Quality-adjusted bytes of a sector: what is verified for its whole life counts tenfold. */
  public static BigInteger qualityPower(long sectorBytes, long verifiedBytes) {
    return BigInteger.valueOf(sectorBytes)
        .add(BigInteger.valueOf(verifiedBytes).multiply(BigInteger.valueOf(QUALITY_MAX - 1)));
  }

  /** What creating a miner locks (FIP-0077): the pledge of a tenth of the minimum power. */
  public static TokenAmount creationDeposit(ChainPolicy policy) {
    return initialPledge(policy.consensusMinerMinPower().divide(BigInteger.TEN));
  }

  /** 110 %, the margin nodes put on estimates of deposit and pledge. */
  public static TokenAmount withMargin(TokenAmount amount) {
    return new TokenAmount(
        amount.atto().multiply(BigInteger.valueOf(110)).divide(BigInteger.valueOf(100)));
  }

  /** The fee a sector pays each day of its life (FIP-0100). */
  public static TokenAmount dailyFee(BigInteger bytes) {
    return new TokenAmount(
        DAILY_FEE_NUMERATOR.multiply(CIRCULATING).multiply(bytes).divide(DAILY_FEE_DENOMINATOR));
  }

  /**
   * The most a deadline pays in daily fees for {@code bytes} of live power: half a day's reward.
   */
  public static TokenAmount dailyFeeCap(BigInteger bytes) {
    return new TokenAmount(expectedReward(bytes, DAY).atto().shiftRight(1));
  }

  /** For {@code bytes} of power that was faulty before a deadline ended and still is. */
  public static TokenAmount continuedFaultPenalty(BigInteger bytes) {
    return expectedReward(bytes, CONTINUED_FAULT_EPOCHS);
  }

  /** For a window PoSt that was found invalid by a dispute. */
  public static TokenAmount invalidPoStPenalty(BigInteger bytes) {
    return expectedReward(bytes, INVALID_POST_EPOCHS).plus(INVALID_POST_BASE);
  }

  /** For a sector terminated before its time (FIP-0098, chain.md 5.5). */
  public static TokenAmount terminationFee(
      TokenAmount initialPledge, long ageEpochs, BigInteger bytes) {
    BigInteger pledge = initialPledge.atto();
    BigInteger full = perMille(pledge, 85);
    BigInteger byAge =
        full.multiply(BigInteger.valueOf(Math.min(ageEpochs, TERMINATION_AGE_CAP)))
            .divide(BigInteger.valueOf(TERMINATION_AGE_CAP));
    BigInteger byFault = perMille(continuedFaultPenalty(bytes).atto(), 1050);
    return new TokenAmount(full.min(byAge).max(perMille(pledge, 20)).max(byFault));
  }

  private static BigInteger perMille(BigInteger value, long share) {
    return value.multiply(BigInteger.valueOf(share)).divide(BigInteger.valueOf(1000));
  }
}
