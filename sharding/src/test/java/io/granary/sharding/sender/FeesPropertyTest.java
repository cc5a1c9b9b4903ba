package io.granary.sharding.sender;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.Message;
import io.granary.protocol.sender.SenderFixtures;
import java.math.BigInteger;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class FeesPropertyTest {
  private static final int MARGIN = 50;
  private final Fees fees = new Fees(MARGIN);

  private static Message quoted(long gasLimit, long cap, long premium) {
    Message like = SenderFixtures.priced(SenderFixtures.intent("a"), 3);
    return new Message(
        like.to(),
        like.from(),
        like.nonce(),
        like.value(),
        gasLimit,
        TokenAmount.ofAtto(cap),
        TokenAmount.ofAtto(premium),
        like.method(),
        like.params());
  }

  private static Terms terms(TokenAmount allowed, boolean urgent) {
    return new Terms(allowed, urgent ? 400 : 100, urgent ? 150 : 125, 5, 12, urgent);
  }

  /** What is signed is never allowed to cost more than its terms, and a block can take it. */
  @Property(tries = 1000)
  void firstPriceIsWithinTermsAndCoversTheBaseFee(
      @ForAll @LongRange(min = 1, max = 200_000_000) long gasLimit,
      @ForAll @LongRange(min = 100, max = 1_000_000_000_000L) long baseFee,
      @ForAll @LongRange(min = 1, max = 1_000_000_000L) long premium,
      @ForAll @LongRange(min = 0, max = 5_000_000_000_000_000_000L) long allowed,
      @ForAll boolean urgent) {
    Terms terms = terms(TokenAmount.ofAtto(allowed), urgent);
    Message market = quoted(gasLimit, 10 * baseFee + premium, premium);
    Fees.Price price = fees.first(market, terms, TokenAmount.ofAtto(baseFee));
    if (price instanceof Fees.Pays pays) {
      check(pays.message(), terms, baseFee);
    } else {
      assertThat(((Fees.TooDear) price).needed()).isGreaterThan(terms.allowed());
    }
  }

  private static void check(Message message, Terms terms, long baseFee) {
    assertThat(message.gasCostMax()).isLessThanOrEqualTo(terms.allowed());
    assertThat(Fees.pricedOut(message, TokenAmount.ofAtto(baseFee))).isFalse();
    assertThat(message.gasPremium()).isLessThanOrEqualTo(message.gasFeeCap());
    if (!terms.urgent()) {
      assertThat(message.gasFeeCap().atto())
          .as("a calm message bears a base fee that rises")
          .isGreaterThanOrEqualTo(
              BigInteger.valueOf(baseFee)
                  .multiply(BigInteger.valueOf(100 + MARGIN))
                  .divide(BigInteger.valueOf(100)));
    }
  }

  /** However often it is priced anew, the pool takes it and its terms hold. */
  @Property(tries = 500)
  void everyReplacementIsTakenByThePoolAndWithinTerms(
      @ForAll @LongRange(min = 1, max = 200_000_000) long gasLimit,
      @ForAll @LongRange(min = 100, max = 10_000_000_000L) long baseFee,
      @ForAll @IntRange(min = 0, max = 30) int times,
      @ForAll @IntRange(min = 50, max = 300) int percentAfterEach,
      @ForAll boolean urgent,
      @ForAll boolean quotes) {
    Terms terms = terms(TokenAmount.ofFil(5), urgent);
    Message latest = quoted(gasLimit, 10 * baseFee + 1_000, 1_000);
    if (latest.gasCostMax().compareTo(terms.allowed()) > 0) {
      return;
    }
    long now = baseFee;
    for (int i = 0; i < times; i++) {
      now = Math.max(100, Math.min(1_000_000_000_000L, now * percentAfterEach / 100));
      Optional<Message> quote =
          quotes ? Optional.of(quoted(gasLimit, 10 * now + 1_000, 1_000)) : Optional.empty();
      if (!(fees.again(latest, quote, terms, TokenAmount.ofAtto(now)) instanceof Fees.Pays pays)) {
        return;
      }
      check(pays.message(), terms, now);
      assertThat(pays.message().gasPremium().atto().multiply(BigInteger.valueOf(100)))
          .as("chain.md 2.5: a pool replaces from 1.25 times the premium on")
          .isGreaterThanOrEqualTo(latest.gasPremium().atto().multiply(BigInteger.valueOf(125)));
      assertThat(pays.message().gasFeeCap()).isGreaterThanOrEqualTo(latest.gasFeeCap());
      latest = pays.message();
    }
  }
}
