package io.granary.protocol.publish;

import io.granary.protocol.deal.Publication;

/** How far a deal's publication is. */
public sealed interface PublicationStanding {

  /**
   * Waits for a batch.
   *
   * @param reason why it is in none, of the deal's last message or of the last check; may be empty
   */
  record Waiting(String reason) implements PublicationStanding {}

  /** A message with it is under way, or landed without it and not yet for good. */
  record UnderWay(String intentId) implements PublicationStanding {}

  /**
   * The chain has it.
   *
   * @param firm whether it lies so deep that a sector may be ordered
   */
  record Landed(String intentId, Publication publication, boolean firm)
      implements PublicationStanding {}

  /** The market would not take it, and waiting alone would not change that. */
  record Refused(String reason) implements PublicationStanding {}

  /** The publisher knows no message with it. */
  record NotKnown() implements PublicationStanding {}
}
