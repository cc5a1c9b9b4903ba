package io.granary.sharding.deal;

import io.granary.protocol.Stamp;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.Exposure;
import io.granary.protocol.port.PieceDeals;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a deal and the nodes that serve its piece tell each other. Pure. */
final class Exposures {
  private Exposures() {}

  /**
   * What the nodes that serve are told; nothing before the deal has a place in a sector, so that
   * nobody's proposal alone changes how a piece of others is served.
   */
  static Optional<PieceDeals.Wish> wish(DealState.Known state) {
    return standing(state)
        .map(
            standing ->
                new PieceDeals.Wish(
                    state.terms().id(),
                    standing,
                    state.terms().announce(),
                    state.terms().keepUnsealed()));
  }

  private static Optional<PieceDeals.Standing> standing(DealState.Known state) {
    if (state instanceof DealState.Sealing || state instanceof DealState.Active) {
      return Optional.of(PieceDeals.Standing.LIVE);
    }
    if (state instanceof DealState.Expired || state instanceof DealState.Slashed) {
      return Optional.of(PieceDeals.Standing.ENDED);
    }
    if (state instanceof DealState.Failed failed) {
      return DealDecisions.placement(failed.stage()).map(place -> PieceDeals.Standing.ENDED);
    }
    return DealDecisions.placement(state).map(place -> PieceDeals.Standing.COMING);
  }

  /** How far the piece of a deal can be found, as the deal knows; empty before it is sealed. */
  static Optional<Exposure> known(DealState state) {
    if (state instanceof DealState.Sealing sealing) {
      return Optional.of(sealing.exposure());
    }
    return state instanceof DealState.Active active
        ? Optional.of(active.exposure())
        : Optional.empty();
  }

  /** Whether the deal waits for its piece to be found. */
  static boolean isOpen(DealState state) {
    return known(state)
        .map(exposure -> !exposure.complete(((DealState.Known) state).terms()))
        .orElse(false);
  }

  /** What the nodes that serve have told and the deal does not know. */
  static List<DealEvent> heard(DealState state, Exposure found, Stamp stamp) {
    List<DealEvent> events = new ArrayList<>();
    known(state)
        .ifPresent(
            known -> {
              if (known.indexedBlocks().isEmpty()) {
                found
                    .indexedBlocks()
                    .ifPresent(blocks -> events.add(new DealEvent.PieceIndexed(stamp, blocks)));
              }
              if (known.advertisement().isEmpty() && ((DealState.Known) state).terms().announce()) {
                found
                    .advertisement()
                    .ifPresent(cid -> events.add(new DealEvent.PieceAnnounced(stamp, cid)));
              }
            });
    return List.copyOf(events);
  }
}
