package io.granary.sharding.deal;

import io.granary.protocol.Stamp;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealFailure;
import io.granary.protocol.deal.DealState;
import java.util.List;

/** What follows from what a deal asked outside. Pure. */
final class HeardDecisions {
  private final DealDecisions decisions;
  private final DirectDecisions direct;

  HeardDecisions(DealDecisions decisions, DirectDecisions direct) {
    this.decisions = decisions;
    this.direct = direct;
  }

  /**
   * What {@code heard} says that {@code state}, which asked for it, does not know.
   *
   * @return nothing when there is nothing new, or no answer
   */
  List<DealEvent> events(DealState state, DealCommand.Heard heard, Stamp stamp) {
    if (heard instanceof DealCommand.Hashed hashed) {
      return List.of(
          DealDecisions.hashed(((DealState.Known) state).terms(), stamp, hashed.found()));
    }
    if (heard instanceof DealCommand.NotHashed failed) {
      return List.of(
          DealDecisions.failed(stamp, DealFailure.Kind.RETRYABLE, failed.cause().toString()));
    }
    if (heard instanceof DealCommand.Ordered ordered) {
      return DealDecisions.ordered(state, stamp, ordered.sector(), ordered.offset());
    }
    if (heard instanceof DealCommand.OrderRefused refused) {
      return List.of(DealDecisions.failed(stamp, DealFailure.Kind.RETRYABLE, refused.reason()));
    }
    if (heard instanceof DealCommand.SectorSeen seen) {
      return decisions.sectorSeen(state, stamp, seen.standing());
    }
    if (heard instanceof DealCommand.PublicationSeen seen) {
      return PublicationDecisions.seen(state, stamp, seen.standing());
    }
    if (heard instanceof DealCommand.OnChain seen) {
      return direct.onChain(state, stamp, seen.standing());
    }
    if (heard instanceof DealCommand.OnMarket seen) {
      return decisions.onMarket(state, stamp, seen.deal());
    }
    if (heard instanceof DealCommand.Exposed seen) {
      return Exposures.heard(state, seen.exposure(), stamp);
    }
    return heard instanceof DealCommand.Released
        ? List.of(new DealEvent.StagingReleased(stamp))
        : List.of();
  }
}
