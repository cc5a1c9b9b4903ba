package io.granary.protocol.publish;

import io.granary.protocol.deal.DealId;
import io.granary.protocol.sender.MessageIntent;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One message.
 *
 * @param deals in the order of the message
 * @param outcome empty while it has not landed
 * @param settled whether the outcome lies so deep that it counts
 */
public record PublishBatch(
    MessageIntent intent,
    Map<DealId, WaitingDeal> deals,
    Optional<PublishOutcome> outcome,
    boolean settled) {
  public PublishBatch {
    deals = Collections.unmodifiableMap(new LinkedHashMap<>(deals));
    if (deals.isEmpty()) {
      throw new IllegalArgumentException("publish batch: no deals");
    }
    if (settled && outcome.isEmpty()) {
      throw new IllegalArgumentException("publish batch: settled without an outcome");
    }
  }

  /** Asked for, and not landed. */
  public boolean underWay() {
    return outcome.isEmpty();
  }
}
