package io.granary.sharding.sender;

import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.Message;
import java.math.BigInteger;
import java.util.Optional;

/**
 * How a message is priced, and priced anew so that the pool takes it in place of the one it has.
 * Pure. Of a message's gas, the base fee is burnt and the premium, as far as the fee cap covers it
 * beside the base fee, goes to the block's maker (chain.md 2.5).
 */
final class Fees {
  private static final BigInteger HUNDRED = BigInteger.valueOf(100);

  /**
   * An urgent message is priced anew each epoch or two, in which the base fee rises by an eighth
   * each (chain.md 2.5); what it does not need is left to those that block it.
   */
  private static final int URGENT_MARGIN_PERCENT = 27;

  private final int marginPercent;

  /**
   * @param marginPercent by how much the base fee may rise before a message that is not urgent has
   *     to be priced anew
   */
  Fees(int marginPercent) {
    this.marginPercent = marginPercent;
  }

  /** What came of pricing. */
  sealed interface Price {}

  /** The message with its gas. */
  record Pays(Message message) implements Price {}

  /**
   * It may not pay what the network takes now.
   *
   * @param needed attoFIL that it would have to be allowed
   */
  record TooDear(TokenAmount needed) implements Price {}

  /** Prices {@code quoted}, the message as the node priced it, within {@code terms}. */
  Price first(Message quoted, Terms terms, TokenAmount baseFee) {
    BigInteger market = quoted.gasPremium().atto();
    BigInteger floor = floor(baseFee, terms);
    BigInteger limit = limit(quoted, terms);
    BigInteger least = terms.urgent() ? floor : floor.add(market);
    if (limit.compareTo(least) < 0) {
      return tooDear(least, quoted);
    }
    BigInteger premium = percent(market, terms.premiumPercent()).min(limit.subtract(floor));
    BigInteger cap = margin(baseFee, terms).add(premium).max(market(quoted, terms)).min(limit);
    return new Pays(with(quoted, cap, premium));
  }

  /**
   * Prices {@code latest} anew: the premium rises so that the pool replaces it, the fee cap covers
   * the base fee of now.
   *
   * @param quote the same message as the market prices it now, if the node said
   */
  Price again(Message latest, Optional<Message> quote, Terms terms, TokenAmount baseFee) {
    BigInteger old = latest.gasPremium().atto();
    BigInteger least = ceilPercent(old, terms.raisePercent()).add(BigInteger.ONE);
    BigInteger wanted =
        quote
            .map(priced -> percent(priced.gasPremium().atto(), terms.premiumPercent()))
            .map(least::max)
            .orElse(least);
    BigInteger floor = floor(baseFee, terms);
    BigInteger limit = limit(latest, terms);
    if (limit.compareTo(floor) < 0 || limit.compareTo(least) < 0) {
      return tooDear(floor.max(least), latest);
    }
    if (limit.compareTo(latest.gasFeeCap().atto()) < 0) {
      return tooDear(latest.gasFeeCap().atto(), latest);
    }
    BigInteger premium = wanted.min(least.max(limit.subtract(floor)));
    BigInteger cap =
        margin(baseFee, terms)
            .add(premium)
            .max(quote.map(priced -> market(priced, terms)).orElse(BigInteger.ZERO))
            .max(latest.gasFeeCap().atto())
            .min(limit);
    return new Pays(with(latest, cap, premium));
  }

  /** Whether no block can take {@code message}: its fee cap is below the base fee. */
  static boolean pricedOut(Message message, TokenAmount baseFee) {
    return message.gasFeeCap().compareTo(baseFee) < 0;
  }

  /** What the fee cap must be at least, beside the premium. */
  private BigInteger floor(TokenAmount baseFee, Terms terms) {
    return terms.urgent() ? baseFee.atto() : margin(baseFee, terms);
  }

  /** What the fee cap covers of the base fee when there is enough for it. */
  private BigInteger margin(TokenAmount baseFee, Terms terms) {
    int percent = terms.urgent() ? Math.min(marginPercent, URGENT_MARGIN_PERCENT) : marginPercent;
    return ceilPercent(baseFee.atto(), 100 + percent);
  }

  /**
   * The node's fee cap, which covers a base fee that rises for twenty epochs. An urgent message is
   * priced anew long before, and leaves what it does not need to those that block it.
   */
  private static BigInteger market(Message quoted, Terms terms) {
    return terms.urgent() ? BigInteger.ZERO : quoted.gasFeeCap().atto();
  }

  private static BigInteger limit(Message message, Terms terms) {
    return terms.allowed().atto().divide(BigInteger.valueOf(Math.max(1, message.gasLimit())));
  }

  private static Price tooDear(BigInteger feeCap, Message message) {
    return new TooDear(
        new TokenAmount(feeCap.multiply(BigInteger.valueOf(Math.max(1, message.gasLimit())))));
  }

  private static BigInteger percent(BigInteger amount, int percent) {
    return amount.multiply(BigInteger.valueOf(percent)).divide(HUNDRED);
  }

  private static BigInteger ceilPercent(BigInteger amount, int percent) {
    return amount
        .multiply(BigInteger.valueOf(percent))
        .add(HUNDRED)
        .subtract(BigInteger.ONE)
        .divide(HUNDRED);
  }

  private static Message with(Message message, BigInteger feeCap, BigInteger premium) {
    return new Message(
        message.to(),
        message.from(),
        message.nonce(),
        message.value(),
        message.gasLimit(),
        new TokenAmount(feeCap),
        new TokenAmount(premium),
        message.method(),
        message.params());
  }
}
