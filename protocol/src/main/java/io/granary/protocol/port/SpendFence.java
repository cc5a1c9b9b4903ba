package io.granary.protocol.port;

import io.granary.protocol.address.Address;
import java.util.concurrent.CompletionStage;

/** Compare-and-set rows in the store that keep two owners in a split from spending twice. */
public interface SpendFence {
  /**
   * Claims {@code nonce} of {@code address} for {@code intent}. True when the claim is now, or
   * already was, this intent's; false when another intent holds the nonce.
   */
  CompletionStage<Boolean> claimNonce(Address address, long nonce, String intent);
}
