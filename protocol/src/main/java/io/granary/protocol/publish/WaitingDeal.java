package io.granary.protocol.publish;

import io.granary.protocol.actor.ClientDealProposal;
import java.time.Instant;

/**
 * A deal that waits for a batch, or is in one.
 *
 * @param since when it was queued first
 * @param batchMax how many deals its next batch may have at most: fewer after each batch that
 *     failed, until it goes alone
 * @param drops how often a message landed without it
 * @param reason of the last of them; empty at first
 */
public record WaitingDeal(
    ClientDealProposal signed, Instant since, int batchMax, int drops, String reason) {
  static WaitingDeal first(ClientDealProposal signed, Instant since) {
    return new WaitingDeal(signed, since, Integer.MAX_VALUE, 0, "");
  }

  WaitingDeal dropped(String why) {
    return new WaitingDeal(signed, since, batchMax, drops + 1, why);
  }

  WaitingDeal failedIn(int size, PublishFailure failure) {
    return failure.blamesDeals()
        ? new WaitingDeal(signed, since, Math.max(1, (size + 1) / 2), drops, failure.reason())
        : new WaitingDeal(signed, since, batchMax, drops, failure.reason());
  }
}
