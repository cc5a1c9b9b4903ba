package io.granary.sharding.publish;

import com.typesafe.config.Config;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.publish.EscrowBook;
import io.granary.protocol.publish.EscrowShortage;
import java.util.Optional;

/**
 * The settings of {@code granary.deals.publish.escrow}; reference.conf says what each means.
 *
 * @param messageMax attoFIL that one message adds at most
 * @param dailyMax attoFIL that all messages of a day add at most; zero adds nothing
 */
public record EscrowSettings(TokenAmount messageMax, TokenAmount dailyMax) {
  static final String PATH = PublishSettings.PATH + ".escrow";

  /** Nothing is added. */
  public static final EscrowSettings OFF = new EscrowSettings(TokenAmount.ZERO, TokenAmount.ZERO);

  public EscrowSettings {
    notNegative(messageMax, "message-max");
    notNegative(dailyMax, "daily-max");
  }

  static EscrowSettings from(Config config) {
    return new EscrowSettings(amount(config, "message-max"), amount(config, "daily-max"));
  }

  /** Whether anything is ever added. */
  boolean enabled() {
    return !dailyMax.isZero();
  }

  /** Whether {@code lack} may be added in a day, by messages that add {@code smallest} at least. */
  boolean mayAdd(TokenAmount lack, TokenAmount smallest) {
    return enabled() && messageMax.compareTo(smallest) >= 0 && dailyMax.compareTo(lack) >= 0;
  }

  /**
   * What to add for {@code shortage}: all of it, or as much as may be. Empty when that is less than
   * any of its deals lacks, for it would help none.
   */
  Optional<TokenAmount> topUp(EscrowBook book, EscrowShortage shortage, Epoch now) {
    TokenAmount allowed = least(messageMax, dailyMax.minus(book.askedOn(now)));
    return allowed.compareTo(shortage.least()) < 0
        ? Optional.empty()
        : Optional.of(least(allowed, shortage.all()));
  }

  /** The key that holds back what {@link #topUp} does not add. */
  String ceiling(EscrowShortage shortage) {
    return PATH + (messageMax.compareTo(shortage.least()) < 0 ? ".message-max" : ".daily-max");
  }

  private static TokenAmount least(TokenAmount one, TokenAmount other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  private static TokenAmount amount(Config config, String key) {
    String text = config.getString(key);
    try {
      return TokenAmount.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(PATH + "." + key + ": expected attoFIL, got " + text, e);
    }
  }

  private static void notNegative(TokenAmount amount, String key) {
    if (amount.isNegative()) {
      throw new IllegalArgumentException(PATH + "." + key + ": must not be negative");
    }
  }
}
