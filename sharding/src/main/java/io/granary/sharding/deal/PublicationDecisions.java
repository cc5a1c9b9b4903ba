package io.granary.sharding.deal;

import io.granary.protocol.Stamp;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealFailure;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.Publication;
import io.granary.protocol.publish.PublicationQuery;
import io.granary.protocol.publish.PublicationStanding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a deal does about what its provider's publisher says: it follows, however many of the
 * publisher's steps it missed. Pure.
 */
final class PublicationDecisions {
  /** What the reason of a deal begins with that the publisher refused. */
  private static final String REFUSED = "publication: ";

  private PublicationDecisions() {}

  /** Whether the publisher refused the deal that stopped with {@code failure}. */
  static boolean isRefusal(DealFailure failure) {
    return failure.reason().startsWith(REFUSED);
  }

  /** What the deal in {@code state} asks; empty when there is nothing to ask. */
  static Optional<PublicationQuery> query(DealState state) {
    if (!(state instanceof DealState.Known known)
        || !(known.terms().contract() instanceof DealTerms.Contract.Market market)) {
      return Optional.empty();
    }
    Optional<String> intentId =
        state instanceof DealState.Publishing publishing
            ? Optional.of(publishing.intentId())
            : Optional.empty();
    Optional<Publication> publication =
        state instanceof DealState.Published published
            ? Optional.of(published.publication())
            : Optional.empty();
    boolean asks =
        waits(state)
            || intentId.isPresent()
            || (state instanceof DealState.Published published && published.placement().isEmpty());
    return asks
        ? Optional.of(
            new PublicationQuery(known.terms().id(), market.signed(), intentId, publication))
        : Optional.empty();
  }

  /** In no message. A market deal is Placed then only in journals of earlier releases. */
  private static boolean waits(DealState state) {
    return state instanceof DealState.Verified || state instanceof DealState.Placed;
  }

  /** The events that bring the deal to where the publisher says it is. */
  static List<DealEvent> seen(DealState state, Stamp stamp, PublicationStanding standing) {
    List<DealEvent> events = new ArrayList<>();
    if (standing instanceof PublicationStanding.UnderWay underWay) {
      bringInto(state, stamp, underWay.intentId(), events);
    } else if (standing instanceof PublicationStanding.Landed landed) {
      boolean known =
          state instanceof DealState.Published published
              && published.publication().equals(landed.publication());
      if (!known) {
        bringInto(state, stamp, landed.intentId(), events);
        events.add(new DealEvent.PublicationLanded(stamp, landed.publication()));
      }
    } else if (standing instanceof PublicationStanding.Waiting waiting) {
      takeOut(state, stamp, waiting.reason(), events);
    } else if (standing instanceof PublicationStanding.Refused refused) {
      takeOut(state, stamp, refused.reason(), events);
      events.add(
          DealDecisions.failed(stamp, DealFailure.Kind.RETRYABLE, REFUSED + refused.reason()));
    } else if (!(state instanceof DealState.Published)) {
      takeOut(state, stamp, "the publisher knows no message with it", events);
    }
    return List.copyOf(events);
  }

  /** Whether a sector may be ordered for the deal in {@code state}. */
  static boolean mayBePlaced(DealState state, PublicationStanding standing) {
    if (!(state instanceof DealState.Published published) || published.placement().isPresent()) {
      return false;
    }
    // The publisher forgets a deal only once it lies deep and the deal has said that it knows.
    return standing instanceof PublicationStanding.NotKnown
        || (standing instanceof PublicationStanding.Landed landed && landed.firm());
  }

  private static void bringInto(
      DealState state, Stamp stamp, String intentId, List<DealEvent> events) {
    if (state instanceof DealState.Publishing publishing) {
      if (publishing.intentId().equals(intentId)) {
        return;
      }
      events.add(new DealEvent.PublicationDropped(stamp, "its message came to nothing"));
    }
    events.add(
        state instanceof DealState.Published
            ? new DealEvent.PublicationReverted(stamp, intentId)
            : new DealEvent.PublicationRequested(stamp, intentId));
  }

  private static void takeOut(DealState state, Stamp stamp, String reason, List<DealEvent> events) {
    if (state instanceof DealState.Published published) {
      events.add(
          new DealEvent.PublicationReverted(stamp, published.publication().message().toString()));
    }
    if (state instanceof DealState.Published || state instanceof DealState.Publishing) {
      events.add(new DealEvent.PublicationDropped(stamp, reason));
    }
  }
}
