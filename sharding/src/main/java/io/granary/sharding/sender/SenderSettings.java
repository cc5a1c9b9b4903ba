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
 * @param openIntentsMax more are refused until some are settled
 * @param inFlightMax signed messages not yet landed; the chain node's pool takes 1,000 a sender
 * @param pricingMax gas estimates under way at a time
 * @param confidence how deep a landing, or a foreign message with our nonce, lies before it counts
 *     as final
 * @param pushAgainAfter how long the pool may be silent on a message it says it has
 * @param replaceAfter how long a message may wait in the pool before its premium is raised
 * @param variantsMax signings of one message, the first included
 * @param feeMax the most one message of a purpose may cost in gas, in attoFIL
 */
public record SenderSettings(
    int openIntentsMax,
    int inFlightMax,
    int pricingMax,
    long confidence,
    long pushAgainAfter,
    long replaceAfter,
    int variantsMax,
    Map<MessagePurpose, TokenAmount> feeMax) {
  public SenderSettings {
    if (openIntentsMax < 1 || inFlightMax < 1 || pricingMax < 1 || variantsMax < 1) {
      throw new IllegalArgumentException("sender settings: every maximum must be at least 1");
    }
    if (confidence < 1 || pushAgainAfter < 1 || replaceAfter < 1) {
      throw new IllegalArgumentException("sender settings: every wait must be at least 1 epoch");
    }
    for (MessagePurpose purpose : MessagePurpose.values()) {
      if (!feeMax.containsKey(purpose)) {
        throw new IllegalArgumentException("sender settings: no fee maximum for " + purpose);
      }
    }
    feeMax = Map.copyOf(feeMax);
  }

  /**
   * Reads {@code granary.sharding.sender} of {@code root}. Its defaults, confidence 5 and
   * replacement after 10 epochs, are the convention of existing clients (anchors.md 2.1); a window
   * PoSt may cost 5 FIL as with them, and its replacement too.
   *
   * @throws IllegalArgumentException naming the key that holds no amount
   */
  public static SenderSettings from(Config root) {
    Config config = root.getConfig("granary.sharding.sender");
    Map<MessagePurpose, TokenAmount> fees = new EnumMap<>(MessagePurpose.class);
    for (MessagePurpose purpose : MessagePurpose.values()) {
      String key = "fee-max." + purpose.name().toLowerCase(Locale.ROOT).replace('_', '-');
      try {
        fees.put(purpose, TokenAmount.parse(config.getString(key)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("granary.sharding.sender." + key + ": " + e, e);
      }
    }
    return new SenderSettings(
        config.getInt("open-intents-max"),
        config.getInt("in-flight-max"),
        config.getInt("pricing-max"),
        config.getLong("confidence-epochs"),
        config.getLong("push-again-epochs"),
        config.getLong("replace-epochs"),
        config.getInt("variants-max"),
        fees);
  }

  /** The most one message of {@code purpose} may cost in gas. */
  public TokenAmount feeMax(MessagePurpose purpose) {
    TokenAmount max = feeMax.get(purpose);
    if (max == null) {
      throw new IllegalStateException("the constructor lets no purpose be missing: " + purpose);
    }
    return max;
  }

  /** These settings with another depth of confidence. */
  public SenderSettings withConfidence(long epochs) {
    return new SenderSettings(
        openIntentsMax,
        inFlightMax,
        pricingMax,
        epochs,
        pushAgainAfter,
        replaceAfter,
        variantsMax,
        feeMax);
  }
}
