package io.granary.protocol.deal;

import io.granary.protocol.actor.ClientDealProposal;
import java.util.Optional;

/** A deal as its client is told of it. */
public final class DealStatusView {
  private DealStatusView() {}

  /**
   * The answer about the deal in {@code state}, whose client has proven to be it.
   *
   * @param sealingStatus the state of its sector, as the sector has it; empty before there is one
   */
  public static DealStatusResponse of(DealId id, DealState state, String sealingStatus) {
    if (!(state instanceof DealState.Known known)
        || known instanceof DealState.Proposed
        || known instanceof DealState.Rejected
        || !(known.terms().contract() instanceof DealTerms.Contract.Market market)) {
      return DealStatusResponse.unknown(id);
    }
    ClientDealProposal signed = market.signed();
    Optional<Publication> publication = publication(known);
    DealStatus status =
        new DealStatus(
            error(known),
            checkpoint(known).text(),
            signed.proposal(),
            publication.map(Publication::message),
            publication.map(Publication::chainDealId),
            sealingStatus,
            signed.cid());
    return new DealStatusResponse(
        "",
        id,
        known.terms().delivery() instanceof DealTerms.Delivery.Imported,
        Optional.of(status),
        transferSize(known),
        bytesReceived(known));
  }

  /** The last of Boost's checkpoints that the deal has passed; its end counts as the last. */
  public static Checkpoint checkpoint(DealState.Known state) {
    if (state instanceof DealState.Failed failed) {
      return failed.failure().kind() == DealFailure.Kind.FATAL
          ? Checkpoint.COMPLETE
          : checkpoint(failed.stage());
    }
    if (state instanceof DealState.Ended) {
      return Checkpoint.COMPLETE;
    }
    if (state instanceof DealState.Active active) {
      return exposed(active.exposure(), active.terms());
    }
    if (state instanceof DealState.Sealing sealing) {
      return exposed(sealing.exposure(), sealing.terms());
    }
    if (state instanceof DealState.Published) {
      return Checkpoint.PUBLISH_CONFIRMED;
    }
    if (setback(state).flatMap(Setback::publication).isPresent()) {
      return Checkpoint.PUBLISH_CONFIRMED;
    }
    boolean dataMissing =
        state instanceof DealState.Proposed
            || state instanceof DealState.AwaitingData
            || state instanceof DealState.Transferring;
    return dataMissing ? Checkpoint.ACCEPTED : Checkpoint.TRANSFERRED;
  }

  private static Checkpoint exposed(Exposure exposure, DealTerms terms) {
    return exposure.complete(terms) ? Checkpoint.INDEXED_AND_ANNOUNCED : Checkpoint.ADDED_PIECE;
  }

  private static String error(DealState.Known state) {
    if (state instanceof DealState.Failed failed) {
      return failed.failure().reason();
    }
    if (state instanceof DealState.Slashed slashed) {
      return "deal slashed at epoch " + slashed.slashed();
    }
    return "";
  }

  private static Optional<Setback> setback(DealState.Known state) {
    if (state instanceof DealState.AwaitingData awaiting) {
      return awaiting.setback();
    }
    if (state instanceof DealState.Transferring transferring) {
      return transferring.setback();
    }
    return state instanceof DealState.Verifying verifying ? verifying.setback() : Optional.empty();
  }

  private static Optional<Publication> publication(DealState.Known state) {
    if (state instanceof DealState.Failed failed) {
      return publication(failed.stage());
    }
    if (setback(state).isPresent()) {
      return setback(state).flatMap(Setback::publication);
    }
    if (state instanceof DealState.Published published) {
      return Optional.of(published.publication());
    }
    if (state instanceof DealState.Sealing sealing) {
      return sealing.publication();
    }
    if (state instanceof DealState.Active active) {
      return active.publication();
    }
    if (state instanceof DealState.Expired expired) {
      return expired.publication();
    }
    return state instanceof DealState.Slashed slashed ? slashed.publication() : Optional.empty();
  }

  private static long transferSize(DealState.Known state) {
    if (state instanceof DealState.Transferring transferring
        && transferring.progress().totalBytes() > 0) {
      return transferring.progress().totalBytes();
    }
    return state.terms().delivery() instanceof DealTerms.Delivery.Fetched fetched
        ? fetched.transfer().size()
        : 0;
  }

  private static long bytesReceived(DealState.Known state) {
    if (state instanceof DealState.Failed failed) {
      return bytesReceived(failed.stage());
    }
    if (state instanceof DealState.Transferring transferring) {
      return transferring.progress().receivedBytes();
    }
    return state instanceof DealState.AwaitingData ? 0 : transferSize(state);
  }
}
