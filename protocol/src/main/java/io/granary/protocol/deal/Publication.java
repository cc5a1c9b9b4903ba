package io.granary.protocol.deal;

import io.granary.protocol.Epoch;
import io.granary.protocol.cid.Cid;

/**
 * The deal on chain.
 *
 * @param message the PublishStorageDeals message that landed
 * @param epoch it was included at
 * @param chainDealId by which the market actor knows the deal
 */
public record Publication(Cid message, Epoch epoch, long chainDealId) {}
