package io.granary.bridge.client;

import io.granary.protocol.actor.DealProposal;

/** Asks the chain how a published deal stands; the provider's word is not enough. Blocks. */
@FunctionalInterface
public interface DealOnChain {
  /**
   * How the deal of that id stands.
   *
   * @throws ClientException when the chain node cannot be asked, or has other terms under that id
   */
  Standing of(long chainDealId, DealProposal proposal);

  /**
   * The chain's word.
   *
   * @param note for people, empty when there is nothing to say
   */
  record Standing(Kind kind, String note) {}

  /** Where a deal can be on chain. */
  enum Kind {
    /** The market has no such deal: not published yet, over, or gone since. */
    UNKNOWN,
    /** Published; its sector is not proven yet. */
    PUBLISHED,
    /** Its sector is proven. */
    ACTIVE,
    /** Its sector was terminated. */
    SLASHED
  }
}
