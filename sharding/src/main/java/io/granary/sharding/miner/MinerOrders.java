package io.granary.sharding.miner;

import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.Stamp;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.miner.MinerEvent;
import io.granary.protocol.miner.MinerState.Configured;
import io.granary.protocol.miner.Packing;
import io.granary.protocol.miner.PackingPolicy;
import io.granary.protocol.sector.SectorOrder;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import java.util.List;
import java.util.Optional;

/** What follows from an order for a sector. Pure. */
final class MinerOrders {
  /** The smallest piece (chain.md 1.3). */
  private static final long PADDED_BYTES_MIN = 128;

  private final Packing packing;

  MinerOrders(PackingPolicy policy) {
    this.packing = new Packing(policy);
  }

  /** Why nothing can come of {@code order}. */
  static Optional<String> problem(MinerConfig config, MinerCommand.Order order) {
    if (!(order instanceof MinerCommand.ImportPiece imported)) {
      return Optional.empty();
    }
    PieceSource piece = imported.piece();
    if (piece.payloadBytes() < 1) {
      return Optional.of(piece.source() + " is empty");
    }
    if (piece.paddedBytes() < PADDED_BYTES_MIN || Long.bitCount(piece.paddedBytes()) != 1) {
      return Optional.of(
          "piece size: expected a power of two of at least 128 padded bytes, got "
              + piece.paddedBytes());
    }
    if (piece.payloadBytes() > piece.paddedBytes() / 128 * 127) {
      return Optional.of(
          piece.payloadBytes() + " bytes do not fit a piece of " + piece.paddedBytes());
    }
    return config.sectorSize().tooSmallFor(piece.paddedBytes());
  }

  /** What puts the order's piece into a sector that is open; empty when it needs another. */
  Optional<List<MinerEvent>> joined(Configured state, MinerCommand.Order order, Stamp stamp) {
    return order instanceof MinerCommand.ImportPiece imported
        ? packing.joined(state, order.orderId(), imported.piece(), stamp)
        : Optional.empty();
  }

  /**
   * What the order brings.
   *
   * @param sector its number is free; taken when no open sector suits
   */
  List<MinerEvent> given(Configured state, MinerCommand.Order order, SectorId sector, Stamp stamp) {
    if (order instanceof MinerCommand.ImportPiece imported) {
      return joined(state, order, stamp)
          .orElseGet(() -> packing.opened(state, order.orderId(), imported.piece(), sector, stamp));
    }
    return List.of(
        new MinerEvent.SectorOrdered(
            order.orderId(),
            new SectorOrder(
                sector, state.config().sectorSize().sealProofV1_1(), List.<PieceSource>of()),
            stamp));
  }

  List<MinerEvent> closings(Configured state, Stamp stamp) {
    return packing.closings(state, stamp);
  }

  List<MinerEvent> withdrawn(Configured state, String owner, Stamp stamp) {
    return packing.withdrawn(state, owner, stamp);
  }

  /** The sectors that take no more pieces since {@code events} and can begin. */
  static List<SectorNumber> begun(List<MinerEvent> events) {
    return events.stream().flatMap(event -> begun(event).stream()).toList();
  }

  private static Optional<SectorNumber> begun(MinerEvent event) {
    if (event instanceof MinerEvent.SectorOrdered ordered) {
      return Optional.of(ordered.order().sector().number());
    }
    return event instanceof MinerEvent.SectorClosed closed
        ? Optional.of(closed.sector())
        : Optional.empty();
  }
}
