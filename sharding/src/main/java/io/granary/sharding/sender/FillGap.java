package io.granary.sharding.sender;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import java.util.Optional;

/** The message that uses up a missing nonce: nothing, sent by the address to itself. */
final class FillGap {
  private static final String NAME = "gap";
  private static final long USEFUL_EPOCHS = 2_880;

  private FillGap() {}

  /** The intent for {@code nonce}; {@code now} tells one attempt from an earlier one. */
  static MessageIntent intent(Address address, long nonce, Epoch now) {
    return new MessageIntent(
        NAME + "/" + nonce + "/" + now,
        MessagePurpose.FILL_GAP,
        Message.of(address, address, TokenAmount.ZERO, 0, Bytes.empty()),
        now.plus(USEFUL_EPOCHS));
  }

  /**
   * The name under which {@code intent} claims its nonce in the store: two owners that fill the
   * same gap, or one that tries again, send the same message, and may.
   */
  static String claimName(MessageIntent intent) {
    return nonceOf(intent).map(nonce -> NAME + "/" + nonce).orElse(intent.intentId());
  }

  /** The one nonce that {@code intent} may take; empty for all others. */
  static Optional<Long> nonceOf(MessageIntent intent) {
    if (intent.purpose() != MessagePurpose.FILL_GAP) {
      return Optional.empty();
    }
    String[] parts = intent.intentId().split("/", -1);
    if (parts.length != 3 || !parts[0].equals(NAME)) {
      throw new IllegalStateException(
          intent.intentId() + " fills a gap and does not name its nonce");
    }
    return Optional.of(Long.parseLong(parts[1]));
  }
}
