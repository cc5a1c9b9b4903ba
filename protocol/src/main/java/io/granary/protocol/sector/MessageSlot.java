package io.granary.protocol.sector;

import java.time.Instant;
import java.util.Optional;

/**
 * How the message of one stage stands.
 *
 * @param failures messages that landed with a failure or were given up
 * @param notBefore when the next one may be asked for, after a failure
 */
public record MessageSlot(
    Optional<OutgoingMessage> outgoing,
    int failures,
    Optional<Instant> notBefore,
    Optional<String> lastFailure) {
  /** Nothing asked for yet, nothing failed yet. */
  public static final MessageSlot FRESH =
      new MessageSlot(Optional.empty(), 0, Optional.empty(), Optional.empty());

  /** A slot that waits for {@code message}, asked for in an earlier life of the stage. */
  static MessageSlot waitingFor(Optional<OutgoingMessage> message) {
    return new MessageSlot(
        message.map(OutgoingMessage::reverted), 0, Optional.empty(), Optional.empty());
  }

  /** Whether a message may be asked for at {@code now}. */
  public boolean due(Instant now) {
    return outgoing.isEmpty() && notBefore.map(time -> !now.isBefore(time)).orElse(true);
  }

  /** Whether it waits for the message called {@code intentId}. */
  public boolean waitsFor(String intentId) {
    return outgoing.map(message -> message.intentId().equals(intentId)).orElse(false);
  }

  MessageSlot asked(OutgoingMessage message) {
    return new MessageSlot(Optional.of(message), failures, Optional.empty(), lastFailure);
  }

  MessageSlot landed(OutgoingMessage.Landing at) {
    return new MessageSlot(
        outgoing.map(message -> message.landed(at)), failures, notBefore, lastFailure);
  }

  MessageSlot reverted() {
    return new MessageSlot(
        outgoing.map(OutgoingMessage::reverted), failures, notBefore, lastFailure);
  }

  MessageSlot failed(String reason, Instant retryNotBefore) {
    return new MessageSlot(
        Optional.empty(), failures + 1, Optional.of(retryNotBefore), Optional.of(reason));
  }
}
