package io.granary.protocol.port;

import io.granary.protocol.job.Recipient;
import io.granary.protocol.sender.MessageReport;

/** The way back from a sender to the entity that asked. */
public interface MessageReports {
  /** Delivers at most once; the entity submits again when it hears nothing. */
  void deliver(Recipient recipient, MessageReport report);
}
