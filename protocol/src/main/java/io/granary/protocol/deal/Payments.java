package io.granary.protocol.deal;

import io.granary.protocol.TokenAmount;
import java.util.Optional;

/**
 * What our messages brought for a deal so far; what others settled, or a termination, is not in it.
 *
 * @param total attoFIL
 */
public record Payments(TokenAmount total, Optional<DealPayment> last) {
  /** Nothing yet. */
  public static final Payments NONE = new Payments(TokenAmount.ZERO, Optional.empty());

  /** What {@code state} was paid; nothing for a deal that was never active. */
  public static Payments of(DealState state) {
    if (state instanceof DealState.Active active) {
      return active.payments();
    }
    if (state instanceof DealState.Expired expired) {
      return expired.payments();
    }
    return state instanceof DealState.Slashed slashed ? slashed.payments() : NONE;
  }

  /** Whether {@code payment} is not in it: each is of a later epoch than those before. */
  public boolean lacks(DealPayment payment) {
    return last.filter(known -> !known.epoch().isBefore(payment.epoch())).isEmpty();
  }

  Payments plus(DealPayment payment) {
    DealTransitions.require(lacks(payment), "a payment of " + payment.epoch() + " is known");
    return new Payments(total.plus(payment.amount()), Optional.of(payment));
  }
}
