package io.granary.sharding.publish;

import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealPayment;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Tells deals what was paid for them. */
@FunctionalInterface
public interface PaidDeals {
  /**
   * Completes once the deal has {@code payment} in its journal, or will never; the same payment
   * twice is one. Fails when no answer comes in time.
   *
   * @return why it will never; empty when it has it
   */
  CompletionStage<Optional<String>> paid(DealId deal, DealPayment payment);
}
