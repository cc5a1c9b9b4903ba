package io.granary.sharding.deal;

import io.granary.protocol.Epoch;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealRefusal;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** Where an operator brings deals that no client proposes: direct data onboarding (FIP-0076). */
@FunctionalInterface
public interface DirectDeals {
  /**
   * Takes a direct deal, durably before the answer. The same request again is answered with the
   * deal that was made of it, and so is one that leaves out what it named. Fails where store or
   * chain cannot be asked.
   */
  CompletionStage<Answer> take(Request request);

  /**
   * What an operator says of a direct deal.
   *
   * @param paddedBytes of the piece; the allocation's when not given
   * @param client whose allocation it is, in any form
   * @param allocation its id in the verified registry
   * @param start the sector must be active by then; as late as the allocation allows when not given
   * @param end when the deal ends; the allocation's least term after the start when not given
   * @param announce whether indexers are told
   * @param keepUnsealed whether an unsealed copy is kept for retrieval
   */
  record Request(
      Cid piece,
      OptionalLong paddedBytes,
      Address client,
      long allocation,
      Optional<Epoch> start,
      Optional<Epoch> end,
      boolean announce,
      boolean keepUnsealed) {}

  /** What became of a request. */
  sealed interface Answer {}

  /**
   * It is a deal, now or from before.
   *
   * @param awaitsData whether its file is still to be brought
   */
  record Taken(DealId deal, boolean awaitsData) implements Answer {}

  /**
   * It is not taken.
   *
   * @param message names what was expected
   */
  record Refused(DealRefusal refusal, String message) implements Answer {}
}
