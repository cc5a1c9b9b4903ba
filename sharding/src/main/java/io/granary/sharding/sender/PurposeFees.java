package io.granary.sharding.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import java.math.BigInteger;

/**
 * What messages of one purpose may cost in gas, and how they are priced anew. A message is urgent
 * while fewer than {@code urgentEpochs} are left to its last useful epoch.
 *
 * @param calmMax attoFIL that one message may cost while it is not urgent
 * @param max attoFIL that one message may cost from the middle of its urgent epochs on; between the
 *     two the amount grows by the epoch
 * @param urgentPremiumPercent of the market's premium that an urgent message pays, 100 or more
 * @param replaceAfter epochs in the pool after which a calm message is priced anew
 * @param urgentReplaceAfter the same for an urgent one
 * @param urgentRaisePercent of its old premium that an urgent message pays at least when priced
 *     anew; 125 or more, below which a pool refuses it (chain.md 2.5)
 * @param signingsMax signings of one message, the first included
 * @param dailyMax attoFIL that the messages signed on one day may cost together
 */
public record PurposeFees(
    TokenAmount calmMax,
    TokenAmount max,
    long urgentEpochs,
    int urgentPremiumPercent,
    long replaceAfter,
    long urgentReplaceAfter,
    int urgentRaisePercent,
    int signingsMax,
    TokenAmount dailyMax) {
  /** The premium of a replacement relative to the old one: a node's default (chain.md 2.5). */
  static final int RAISE_PERCENT = 125;

  public PurposeFees {
    if (calmMax.compareTo(max) > 0) {
      throw new IllegalArgumentException("calm-max: must not be above max");
    }
    if (urgentEpochs < 0) {
      throw new IllegalArgumentException("urgent-epochs: must not be negative");
    }
    if (urgentPremiumPercent < 100) {
      throw new IllegalArgumentException("urgent-premium-percent: must be at least 100");
    }
    if (urgentRaisePercent < RAISE_PERCENT) {
      throw new IllegalArgumentException("urgent-raise-percent: must be at least " + RAISE_PERCENT);
    }
    if (replaceAfter < 1 || urgentReplaceAfter < 1) {
      throw new IllegalArgumentException("replace-epochs: must be at least 1");
    }
    if (signingsMax < 1) {
      throw new IllegalArgumentException("signings-max: must be at least 1");
    }
  }

  /** What a message whose last useful epoch is {@code lastUseful} may do at {@code now}. */
  Terms terms(Epoch lastUseful, Epoch now) {
    long left = lastUseful.since(now);
    boolean urgent = left >= 0 && left < urgentEpochs;
    if (!urgent) {
      return new Terms(calmMax, 100, RAISE_PERCENT, replaceAfter, signingsMax, false);
    }
    long ramp = Math.max(1, urgentEpochs / 2);
    long passed = Math.min(ramp, urgentEpochs - left);
    BigInteger more =
        max.minus(calmMax)
            .atto()
            .multiply(BigInteger.valueOf(passed))
            .divide(BigInteger.valueOf(ramp));
    return new Terms(
        calmMax.plus(new TokenAmount(more)),
        urgentPremiumPercent,
        urgentRaisePercent,
        urgentReplaceAfter,
        signingsMax,
        true);
  }
}
