package io.granary.sharding.sender;

import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.Message;
import java.math.BigInteger;
import java.util.Optional;

/** How a message is priced anew so that the pool takes it in place of the one it has. */
final class Fees {
  private static final BigInteger FOUR = BigInteger.valueOf(4);
  private static final BigInteger FIVE = BigInteger.valueOf(5);

  private Fees() {}

  /**
   * {@code message} with premium and fee cap raised by a quarter, the fee cap cut to what {@code
   * feeMax} allows. A pool replaces from a premium of 1.25 times the old on (chain.md 2.5; lotus
   * node default ratio).
   *
   * @return empty when {@code feeMax} leaves no room for that premium
   */
  static Optional<Message> raised(Message message, TokenAmount feeMax) {
    BigInteger premium = raise(message.gasPremium().atto());
    BigInteger limit = feeMax.atto().divide(BigInteger.valueOf(Math.max(1, message.gasLimit())));
    BigInteger feeCap = raise(message.gasFeeCap().atto()).max(premium).min(limit);
    if (feeCap.compareTo(premium) < 0 || feeCap.compareTo(message.gasFeeCap().atto()) < 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Message(
            message.to(),
            message.from(),
            message.nonce(),
            message.value(),
            message.gasLimit(),
            new TokenAmount(feeCap),
            new TokenAmount(premium),
            message.method(),
            message.params()));
  }

  private static BigInteger raise(BigInteger amount) {
    return amount
        .multiply(FIVE)
        .add(FOUR.subtract(BigInteger.ONE))
        .divide(FOUR)
        .add(BigInteger.ONE);
  }
}
