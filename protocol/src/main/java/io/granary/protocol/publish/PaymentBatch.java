package io.granary.protocol.publish;

import io.granary.protocol.deal.DealId;
import io.granary.protocol.sender.MessageIntent;
import java.util.List;
import java.util.Optional;

/**
 * One SettleDealPayments.
 *
 * @param deals in the order of their ids in the message
 * @param outcome empty while it has not landed
 * @param counts whether the outcome lies so deep that it counts; its deals are told from then on
 */
public record PaymentBatch(
    MessageIntent intent, List<DealId> deals, Optional<PaymentOutcome> outcome, boolean counts) {
  public PaymentBatch {
    deals = List.copyOf(deals);
    if (deals.isEmpty()) {
      throw new IllegalArgumentException("payment batch: no deals");
    }
    if (counts && outcome.isEmpty()) {
      throw new IllegalArgumentException("payment batch: counts without an outcome");
    }
  }

  /** Asked for, and not landed. */
  public boolean underWay() {
    return outcome.isEmpty();
  }
}
