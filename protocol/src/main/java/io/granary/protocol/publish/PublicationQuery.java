package io.granary.protocol.publish;

import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.Publication;
import java.util.Optional;

/**
 * What a deal asks of its provider's publisher; a deal that the publisher does not know and that
 * names no message takes its place in the queue by asking.
 *
 * @param intentId of the message the deal believes itself in
 * @param publication what the deal has in its journal
 */
public record PublicationQuery(
    DealId deal,
    ClientDealProposal signed,
    Optional<String> intentId,
    Optional<Publication> publication) {}
