package io.granary.sharding.deal;

import io.granary.protocol.Epoch;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealPayment;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.Publication;
import io.granary.protocol.publish.Payable;
import java.util.Optional;

/** Which orders of an operator, and payments, a deal takes. Pure. */
final class DealOrders {
  private DealOrders() {}

  /** Why the deal takes no file now. One whose file could not be copied takes another. */
  static Optional<DealReply.Rejected> refuseImport(DealId id, DealState state, Epoch head) {
    boolean another =
        state instanceof DealState.Failed failed
            && failed.stage() instanceof DealState.Verifying stopped
            && stopped.file().isImported()
            && !DealDecisions.over(failed, head);
    return state instanceof DealState.AwaitingData || another
        ? Optional.empty()
        : Optional.of(refused(id, state, DealReply.Rejected.Code.NOT_AWAITING_DATA, ""));
  }

  /** Why the deal cannot go on by being asked to. */
  static Optional<DealReply.Rejected> refuseRetry(DealId id, DealState state, Epoch head) {
    return state instanceof DealState.Failed failed && !DealDecisions.over(failed, head)
        ? Optional.empty()
        : Optional.of(
            refused(id, state, DealReply.Rejected.Code.NOT_RETRYABLE, " and cannot be retried"));
  }

  /** Why the deal keeps no payment. */
  static Optional<DealReply.Rejected> refusePayment(DealId id, DealState state) {
    boolean active =
        state instanceof DealState.Active
            || state instanceof DealState.Expired
            || state instanceof DealState.Slashed;
    return active
        ? Optional.empty()
        : Optional.of(refused(id, state, DealReply.Rejected.Code.NOT_ACTIVE, ""));
  }

  /** What the provider is to be paid for {@code state}; empty for a deal of no market. */
  static Optional<Payable> payable(DealState.Active state) {
    return state.terms().contract() instanceof DealTerms.Contract.Market market
        ? state.publication().map(there -> payable(state, market.signed().proposal(), there))
        : Optional.empty();
  }

  private static Payable payable(
      DealState.Active state, DealProposal proposal, Publication publication) {
    return new Payable(
        state.terms().id(),
        publication.chainDealId(),
        proposal.pricePerEpoch(),
        proposal.providerCollateral(),
        proposal.startEpoch(),
        proposal.endEpoch(),
        state.payments().last().map(DealPayment::epoch).orElse(proposal.startEpoch()));
  }

  private static DealReply.Rejected refused(
      DealId id, DealState state, DealReply.Rejected.Code code, String why) {
    return state instanceof DealState.Unknown
        ? new DealReply.Rejected(DealReply.Rejected.Code.UNKNOWN_DEAL, "no deal " + id)
        : new DealReply.Rejected(
            code, "deal " + id + " is " + state.getClass().getSimpleName() + why);
  }
}
