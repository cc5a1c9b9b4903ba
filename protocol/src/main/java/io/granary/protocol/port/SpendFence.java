package io.granary.protocol.port;

import io.granary.protocol.address.Address;
import java.util.concurrent.CompletionStage;

/** Compare-and-set rows in the store that keep two owners in a split from spending twice. */
public interface SpendFence {
  /** What became of asking for a nonce. */
  sealed interface NonceClaim {
    /** The nonce is this intent's, now or from before; it may be signed. */
    record Granted() implements NonceClaim {}

    /** Another intent holds the nonce. */
    record TakenByAnother() implements NonceClaim {}

    /**
     * This intent holds another nonce already: another owner of the address may have signed it with
     * that one, so that it must be signed with no other.
     */
    record HeldElsewhere(long nonce) implements NonceClaim {}
  }

  /**
   * Claims {@code nonce} of {@code address} for {@code intent}: one intent for each nonce, and one
   * nonce for each intent. Asking again is harmless.
   */
  CompletionStage<NonceClaim> claimNonce(Address address, long nonce, String intent);

  /**
   * Lets {@code intent} claim another nonce, because {@code nonce} was used by a foreign message
   * for good. The nonce itself stays claimed. True when the intent held that nonce.
   */
  CompletionStage<Boolean> loseNonce(Address address, long nonce, String intent);
}
