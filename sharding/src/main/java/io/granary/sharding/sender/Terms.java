package io.granary.sharding.sender;

import io.granary.protocol.TokenAmount;

/**
 * What one message may do now.
 *
 * @param allowed attoFIL it may cost in gas at most
 * @param premiumPercent of the market's premium that it pays
 * @param raisePercent of its old premium that it pays at least when priced anew
 * @param replaceAfter epochs in the pool after which it is priced anew
 * @param signingsMax signings, the first included
 * @param urgent whether it is sent at any base fee that {@code allowed} covers, without a margin
 *     for one that rises
 */
record Terms(
    TokenAmount allowed,
    int premiumPercent,
    int raisePercent,
    long replaceAfter,
    int signingsMax,
    boolean urgent) {

  /** The same with another amount. */
  Terms withAllowed(TokenAmount other) {
    return new Terms(other, premiumPercent, raisePercent, replaceAfter, signingsMax, urgent);
  }

  /** The same with at most {@code limit}, and never less than nothing. */
  Terms within(TokenAmount limit) {
    if (limit.compareTo(allowed) >= 0) {
      return this;
    }
    return withAllowed(limit.isNegative() ? TokenAmount.ZERO : limit);
  }

  /**
   * What a message with these terms may do when one with {@code pressing} terms waits behind it.
   */
  Terms pressedBy(Terms pressing, TokenAmount amount) {
    return new Terms(
        amount,
        Math.max(premiumPercent, pressing.premiumPercent),
        Math.max(raisePercent, pressing.raisePercent),
        Math.min(replaceAfter, pressing.replaceAfter),
        Math.max(signingsMax, pressing.signingsMax),
        urgent || pressing.urgent);
  }
}
