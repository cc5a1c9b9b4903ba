package io.granary.protocol.deal;

import io.granary.protocol.actor.ClientDealProposal;
import java.util.Optional;

/** What {@link DealRules} say of a proposal. */
public sealed interface DealVerdict {
  /** The answer for the client. */
  DealResponse response();

  /**
   * It can be accepted.
   *
   * @param source where the data is fetched; empty for an offline deal
   */
  record Acceptable(ClientDealProposal proposal, Optional<TransferSource> source)
      implements DealVerdict {
    @Override
    public DealResponse response() {
      return DealResponse.yes();
    }
  }

  /**
   * It cannot.
   *
   * @param message what the client is told, in Boost's words where Boost has such a rule
   */
  record Refused(DealRefusal refusal, String message) implements DealVerdict {
    @Override
    public DealResponse response() {
      return DealResponse.no(message);
    }
  }
}
