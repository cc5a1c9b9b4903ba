package io.granary.protocol.publish;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.CollateralBounds;
import io.granary.protocol.deal.DealFacts;
import io.granary.protocol.deal.DealId;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;

/**
 * What the chain says, at one head, of deals that are to be published.
 *
 * @param sectorBytes of the provider's sectors, padded
 * @param providerFree what the provider has free in the market's escrow
 * @param deals by deal; of a deal that is missing the chain said nothing, for its client is unknown
 * @param clients by the client's id
 */
public record PublishFacts(
    Epoch head,
    long sectorBytes,
    TokenAmount providerFree,
    Map<DealId, OfDeal> deals,
    Map<ActorId, OfClient> clients) {
  public PublishFacts {
    deals = Map.copyOf(deals);
    clients = Map.copyOf(clients);
  }

  /**
   * Of one deal.
   *
   * @param client whose deal it is, under whichever address it names itself
   */
  public record OfDeal(ActorId client, DealFacts.ClientKey key, CollateralBounds collateral) {}

  /**
   * Of one client.
   *
   * @param free in the market's escrow
   * @param dataCapBytes empty when it has none, or none of its deals needs any
   */
  public record OfClient(TokenAmount free, Optional<BigInteger> dataCapBytes) {}
}
