package io.granary.sharding.sender;

import com.typesafe.config.Config;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.sender.MessagePurpose;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * The sender's bounds. All waits are epochs.
 *
 * @param others what purposes other than window PoSt may have open, in flight and in pricing
 * @param post what window PoSt may have of its own, whatever the others have
 * @param confidence how deep a landing, or a foreign message with our nonce, lies before it counts
 *     as final
 * @param pushAgainAfter how long the pool may be silent on a message it says it has
 * @param repriceAfter how long a price holds for a message that waits to be signed
 * @param gapAfter how long a nonce may be missing in front of a signed message before it is filled
 * @param baseFeeMarginPercent by how much the fee cap of a calm message exceeds the base fee at
 *     least
 * @param postReserve attoFIL that others leave on an address that window PoSt goes from
 * @param fees what a message of each purpose may cost
 */
public record SenderSettings(
    Lane others,
    Lane post,
    long confidence,
    long pushAgainAfter,
    long repriceAfter,
    long gapAfter,
    int baseFeeMarginPercent,
    TokenAmount postReserve,
    Map<MessagePurpose, PurposeFees> fees) {
  private static final String PATH = "granary.sharding.sender";

  /**
   * How many at a time.
   *
   * @param openMax open intents; more are refused until some are settled
   * @param inFlightMax signed messages not yet landed; the chain node's pool takes 1,000 a sender
   * @param pricingMax gas estimates under way
   */
  public record Lane(int openMax, int inFlightMax, int pricingMax) {
    public Lane {
      if (openMax < 1 || inFlightMax < 1 || pricingMax < 1) {
        throw new IllegalArgumentException("sender settings: every maximum must be at least 1");
      }
    }

    static Lane from(Config config) {
      return new Lane(
          config.getInt("open-intents-max"),
          config.getInt("in-flight-max"),
          config.getInt("pricing-max"));
    }
  }

  public SenderSettings {
    if (confidence < 1 || pushAgainAfter < 1 || repriceAfter < 1 || gapAfter < 1) {
      throw new IllegalArgumentException("sender settings: every wait must be at least 1 epoch");
    }
    if (baseFeeMarginPercent < 0 || postReserve.isNegative()) {
      throw new IllegalArgumentException(
          "sender settings: base-fee-margin-percent and post-reserve must not be negative");
    }
    for (MessagePurpose purpose : MessagePurpose.values()) {
      if (!fees.containsKey(purpose)) {
        throw new IllegalArgumentException("sender settings: no fees for " + purpose);
      }
    }
    fees = Map.copyOf(fees);
  }

  /**
   * Reads {@code granary.sharding.sender} of {@code root}. Its defaults, confidence 5 and
   * replacement after 10 epochs, are the convention of existing clients (anchors.md 2.1); a window
   * PoSt may cost 5 FIL as with them, and its replacement too.
   *
   * @throws IllegalArgumentException naming the key that holds no amount
   */
  public static SenderSettings from(Config root) {
    Config config = root.getConfig(PATH);
    Map<MessagePurpose, PurposeFees> fees = new EnumMap<>(MessagePurpose.class);
    for (MessagePurpose purpose : MessagePurpose.values()) {
      String key = "fees." + purpose.name().toLowerCase(Locale.ROOT).replace('_', '-');
      try {
        fees.put(purpose, fees(config.getConfig(key)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(PATH + "." + key + "." + e.getMessage(), e);
      }
    }
    return new SenderSettings(
        Lane.from(config),
        Lane.from(config.getConfig("post")),
        config.getLong("confidence-epochs"),
        config.getLong("push-again-epochs"),
        config.getLong("reprice-epochs"),
        config.getLong("gap-epochs"),
        config.getInt("base-fee-margin-percent"),
        reserve(config),
        fees);
  }

  /** One purpose's section; what is wrong with it names the key, without its path. */
  private static PurposeFees fees(Config config) {
    return new PurposeFees(
        amount(config, "calm-max"),
        amount(config, "max"),
        config.getLong("urgent-epochs"),
        config.getInt("urgent-premium-percent"),
        config.getLong("replace-epochs"),
        config.getLong("urgent-replace-epochs"),
        config.getInt("urgent-raise-percent"),
        config.getInt("signings-max"),
        amount(config, "daily-max"));
  }

  private static TokenAmount amount(Config config, String key) {
    TokenAmount amount;
    try {
      amount = TokenAmount.parse(config.getString(key));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
    }
    if (amount.isNegative()) {
      throw new IllegalArgumentException(key + ": must not be negative");
    }
    return amount;
  }

  private static TokenAmount reserve(Config config) {
    try {
      return TokenAmount.parse(config.getString("post-reserve"));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(PATH + ".post-reserve: " + e.getMessage(), e);
    }
  }

  /** What a message of {@code purpose} may cost. */
  public PurposeFees fees(MessagePurpose purpose) {
    PurposeFees known = fees.get(purpose);
    if (known == null) {
      throw new IllegalStateException("the constructor lets no purpose be missing: " + purpose);
    }
    return known;
  }

  /** The bounds that {@code purpose} keeps to. */
  public Lane lane(MessagePurpose purpose) {
    return purpose == MessagePurpose.WINDOW_POST ? post : others;
  }
}
