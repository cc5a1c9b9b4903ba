package io.granary.protocol.port;

import io.granary.protocol.job.Recipient;
import io.granary.protocol.sender.MessageIntent;

/** The way from an entity to the sender of {@code intent.message().from()}. */
public interface Messages {
  /**
   * Hands over an intent; returns at once, may be lost. Reports go to {@code recipient} through
   * {@link MessageReports}; an entity that hears nothing submits again.
   */
  void submit(MessageIntent intent, Recipient recipient);
}
