package io.granary.protocol.publish;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.deal.DealId;
import java.util.Set;

/**
 * What the provider's escrow lacks, at one head, for deals that nothing else is wrong with.
 *
 * @param deals that wait for it
 * @param least attoFIL that one of them lacks: less helps none
 * @param all attoFIL that they lack together
 */
public record EscrowShortage(Epoch head, Set<DealId> deals, TokenAmount least, TokenAmount all) {
  public EscrowShortage {
    deals = Set.copyOf(deals);
  }
}
