package io.granary.protocol.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.chain.Message;

/**
 * A message an entity wants on chain, once. The sender of {@code message.from()} adds gas and
 * nonce.
 *
 * @param intentId derived from the content by whoever asks (entity, purpose, attempt), so that
 *     asking twice is asking for one message; 1 to {@value #MAX_ID_LENGTH} characters
 * @param message nonce and gas fields are 0; {@code from} is a key address, not an f0 one
 * @param lastUsefulEpoch the last epoch inclusion is worth anything; an intent not signed by then
 *     is given up
 */
public record MessageIntent(
    String intentId, MessagePurpose purpose, Message message, Epoch lastUsefulEpoch) {
  /** Keeps ids fit for a row key and a log line. */
  public static final int MAX_ID_LENGTH = 200;

  public MessageIntent {
    if (intentId.isEmpty() || intentId.length() > MAX_ID_LENGTH) {
      throw new IllegalArgumentException(
          "intent id: expected 1 to " + MAX_ID_LENGTH + " characters, got " + intentId.length());
    }
    if (message.nonce() != 0 || message.gasLimit() != 0) {
      throw new IllegalArgumentException(
          "intent " + intentId + ": nonce and gas belong to the sender, expected 0");
    }
    if (message.from().protocol() == 0) {
      throw new IllegalArgumentException(
          "intent " + intentId + ": from must be a key address, got an f0 address");
    }
  }
}
