package io.granary.protocol.deal;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.cid.Cid;

/**
 * What one message of ours brought the provider for a deal.
 *
 * @param message on chain
 * @param epoch of its inclusion: the deal is paid until then, or until its end
 * @param amount attoFIL, in the provider's escrow
 * @param completed whether the deal is through, and its collateral free
 */
public record DealPayment(Cid message, Epoch epoch, TokenAmount amount, boolean completed) {
  public DealPayment {
    if (amount.isNegative()) {
      throw new IllegalArgumentException("payment: a negative amount " + amount);
    }
  }
}
