package io.granary.protocol.sector;

import io.granary.protocol.Stamp;
import io.granary.protocol.sector.SectorEvent.RemovalOrdered;
import io.granary.protocol.sector.SectorEvent.RetryOrdered;
import io.granary.protocol.sector.SectorEvent.SectorCreated;
import io.granary.protocol.sector.SectorEvent.SectorParked;
import java.util.List;
import java.util.Optional;

/** What the miner and the operator may ask of a sector. */
final class SectorOrders {
  private SectorOrders() {}

  static SectorDecision create(SectorState state, Stamp stamp, SectorOrder order) {
    if (!(state instanceof Empty)) {
      return SectorDecision.NOTHING;
    }
    SectorCreated created = new SectorCreated(stamp, order);
    return misfit(order)
        .map(
            why ->
                new SectorDecision.Accepted(List.of(created, new SectorParked(stamp, why, false))))
        .orElse(new SectorDecision.Accepted(List.of(created)));
  }

  /** Why the pieces cannot fill the sector, each aligned to its own size (chain.md 1.3). */
  private static Optional<String> misfit(SectorOrder order) {
    long capacity = order.sealProof().sectorSize().bytes();
    long offset = 0;
    for (SectorOrder.PieceSource piece : order.pieces()) {
      long size = piece.paddedBytes();
      if (size < 128 || Long.bitCount(size) != 1 || size > capacity) {
        return Optional.of(
            piece.source() + ": no piece of this sector has " + size + " padded bytes");
      }
      if (piece.payloadBytes() < 1 || piece.payloadBytes() > size / 128 * 127) {
        return Optional.of(
            piece.source()
                + ": "
                + piece.payloadBytes()
                + " bytes do not fit a piece of "
                + size
                + " padded bytes");
      }
      offset = (offset + size - 1) / size * size + size;
      if (offset > capacity) {
        return Optional.of(
            "the pieces take " + offset + " padded bytes and more, the sector has " + capacity);
      }
    }
    return Optional.empty();
  }

  static SectorDecision retry(SectorState state, Stamp stamp) {
    if (!(state instanceof Parked parked)) {
      return new SectorDecision.Refused(
          SectorRefusal.NOT_PARKED, "the sector is in state " + state.name());
    }
    return parked.retryable()
        ? new SectorDecision.Accepted(List.of(new RetryOrdered(stamp)))
        : new SectorDecision.Refused(SectorRefusal.NOT_RETRYABLE, parked.reason());
  }

  static SectorDecision remove(SectorState state, Stamp stamp, String reason) {
    if (state instanceof Removing || state instanceof Removed) {
      return SectorDecision.NOTHING;
    }
    if (state instanceof Empty) {
      return new SectorDecision.Refused(SectorRefusal.NOT_CREATED, "there is no such sector");
    }
    SectorState stage = state instanceof Parked parked ? parked.stage() : state;
    if (stage instanceof SectorState.OnChain) {
      return new SectorDecision.Refused(
          SectorRefusal.ON_CHAIN, "the chain holds the sector: terminate it first");
    }
    if (state instanceof Committing) {
      return new SectorDecision.Refused(SectorRefusal.ON_CHAIN, "its commit may land at any time");
    }
    return new SectorDecision.Accepted(List.of(new RemovalOrdered(stamp, reason)));
  }
}
