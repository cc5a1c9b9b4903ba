package io.granary.protocol.chain;

import io.granary.protocol.TokenAmount;
import java.util.Optional;

/** Limits for a message the node prices: a zero {@code maxFee} is the node's default. */
public record SendSpec(TokenAmount maxFee, Optional<String> messageUuid, boolean maximizeFeeCap) {
  public static final SendSpec DEFAULT = new SendSpec(TokenAmount.ZERO, Optional.empty(), false);
}
