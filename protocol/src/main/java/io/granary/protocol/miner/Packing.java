package io.granary.protocol.miner;

import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.Stamp;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.miner.MinerState.Configured;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which sector a piece comes into, and when a sector takes no more: pure, from the state of the
 * miner and the stamp of the moment.
 *
 * <p>A piece that a deal's start waits for goes, by best fit, into the open sector that it leaves
 * least space of, if it fits there and an expiration suits all; else into a new one. Other pieces,
 * and those that fill a sector, have one of their own. A nearer start never endangers itself or
 * others in an open sector: it is closed the sooner.
 */
public final class Packing {
  private static final String DEAL = "deal/";

  private final PackingPolicy policy;

  public Packing(PackingPolicy policy) {
    this.policy = policy;
  }

  /** What the ids of all orders of a deal begin with; a slash and more may follow. */
  public static String ofDeal(DealId deal) {
    return DEAL + deal;
  }

  /** Whose piece the order is for: a deal's, or nobody else's. */
  private static String owner(String orderId) {
    int slash = orderId.startsWith(DEAL) ? orderId.indexOf('/', DEAL.length()) : -1;
    return slash < 0 ? orderId : orderId.substring(0, slash);
  }

  /**
   * What puts the piece of {@code orderId} into a sector that is open already.
   *
   * <p>A piece of the same deal, ordered under another id and still in an open sector, gives way to
   * it.
   *
   * @return empty when it needs a new sector
   */
  public Optional<List<MinerEvent>> joined(
      Configured state, String orderId, PieceSource piece, Stamp stamp) {
    String owner = owner(orderId);
    Optional<OpenSector> before = holding(state, owner);
    if (before.isEmpty()) {
      return packs(state.config().sectorSize().bytes(), piece)
          ? bestFit(state.open().values(), piece)
              .map(sector -> closedIfDue(placed(sector, orderId, piece, stamp), stamp))
          : Optional.empty();
    }
    OpenSector sector = before.get();
    PackedPiece old = ownedBy(sector, owner).orElseThrow();
    OpenSector rest = sector.without(old.orderId());
    if (old.piece().paddedBytes() == piece.paddedBytes() && rest.outlives(piece)) {
      PackedPiece renewed = new PackedPiece(orderId, piece, old.offset());
      return Optional.of(
          closedIfDue(
              new Placed(
                  sector.with(renewed, old.orderId()),
                  List.of(packed(sector, renewed, Optional.of(old.orderId()), stamp))),
              stamp));
    }
    MinerEvent left = new MinerEvent.PieceWithdrawn(old.orderId(), rest.sector().number(), stamp);
    Configured after = (Configured) state.on(left);
    return joined(after, orderId, piece, stamp)
        .map(
            events -> {
              List<MinerEvent> all = new ArrayList<>(List.of(left));
              all.addAll(events);
              return List.copyOf(all);
            });
  }

  /**
   * What puts the piece of {@code orderId} into a new sector. The fullest open one is closed first
   * where there would be too many.
   */
  public List<MinerEvent> opened(
      Configured state, String orderId, PieceSource piece, SectorId sector, Stamp stamp) {
    List<MinerEvent> events = new ArrayList<>(withdrawn(state, owner(orderId), stamp));
    OpenSector fresh =
        OpenSector.of(sector, state.config().sectorSize().sealProofV1_1(), stamp.time());
    Placed placed = placed(fresh, orderId, piece, stamp);
    if (!packs(state.config().sectorSize().bytes(), piece)
        || due(placed.sector(), stamp).isPresent()) {
      events.add(new MinerEvent.SectorOrdered(orderId, placed.sector().order(), stamp));
      return List.copyOf(events);
    }
    Configured now = state;
    for (MinerEvent event : events) {
      now = (Configured) now.on(event);
    }
    if (now.open().size() >= policy.openSectorsMax()) {
      now.open().values().stream()
          .min(Comparator.comparingLong(OpenSector::freeBytes))
          .ifPresent(
              fullest ->
                  events.add(
                      closed(fullest, policy.openSectorsMax() + " sectors are open", stamp)));
    }
    events.addAll(placed.events());
    return List.copyOf(events);
  }

  /**
   * What takes the piece of {@code owner}, who gives it up, out of an open sector.
   *
   * @param owner see {@link #ofDeal}
   */
  public List<MinerEvent> withdrawn(Configured state, String owner, Stamp stamp) {
    return holding(state, owner)
        .flatMap(
            sector ->
                ownedBy(sector, owner)
                    .map(
                        piece ->
                            List.<MinerEvent>of(
                                new MinerEvent.PieceWithdrawn(
                                    piece.orderId(), sector.sector().number(), stamp))))
        .orElse(List.of());
  }

  /** What closes the open sectors whose time has come. */
  public List<MinerEvent> closings(Configured state, Stamp stamp) {
    List<MinerEvent> events = new ArrayList<>();
    for (OpenSector sector : state.open().values()) {
      due(sector, stamp).ifPresent(reason -> events.add(closed(sector, reason, stamp)));
    }
    return List.copyOf(events);
  }

  /** An open sector with a piece that came in by {@code events}. */
  private record Placed(OpenSector sector, List<MinerEvent> events) {}

  private static Placed placed(OpenSector sector, String orderId, PieceSource piece, Stamp stamp) {
    PackedPiece packed =
        new PackedPiece(orderId, piece, sector.offsetFor(piece.paddedBytes()).orElseThrow());
    return new Placed(
        sector.with(packed), List.of(packed(sector, packed, Optional.empty(), stamp)));
  }

  private static MinerEvent packed(
      OpenSector sector, PackedPiece piece, Optional<String> replaces, Stamp stamp) {
    return new MinerEvent.PiecePacked(sector.sector(), sector.sealProof(), piece, replaces, stamp);
  }

  private List<MinerEvent> closedIfDue(Placed placed, Stamp stamp) {
    List<MinerEvent> events = new ArrayList<>(placed.events());
    due(placed.sector(), stamp)
        .ifPresent(reason -> events.add(closed(placed.sector(), reason, stamp)));
    return List.copyOf(events);
  }

  private static MinerEvent closed(OpenSector sector, String reason, Stamp stamp) {
    return new MinerEvent.SectorClosed(sector.sector().number(), reason, stamp);
  }

  /** Whether the piece shares a sector with others at all. */
  private boolean packs(long sectorBytes, PieceSource piece) {
    return !policy.waitMax().isZero()
        && piece.startEpoch().isPresent()
        && piece.paddedBytes() < sectorBytes;
  }

  /** The sector that the piece leaves least space of; of equals the one with the lowest number. */
  static Optional<OpenSector> bestFit(Collection<OpenSector> open, PieceSource piece) {
    return open.stream()
        .filter(sector -> sector.offsetFor(piece.paddedBytes()).isPresent())
        .filter(sector -> sector.outlives(piece))
        .min(
            Comparator.comparingLong(OpenSector::freeBytes)
                .thenComparing(sector -> sector.sector().number()));
  }

  /** Why the sector is to be closed now, if it is. */
  Optional<String> due(OpenSector sector, Stamp stamp) {
    if (sector.full()) {
      return Optional.of("it is full");
    }
    Optional<Epoch> near =
        sector
            .startEpoch()
            .filter(start -> !stamp.epoch().isBefore(start.minus(policy.sealEpochs())));
    if (near.isPresent()) {
      return near.map(start -> "a deal of it starts at epoch " + start);
    }
    return stamp.time().isBefore(sector.opened().plus(policy.waitMax()))
        ? Optional.empty()
        : Optional.of("its first piece has waited " + policy.waitMax());
  }

  private static Optional<OpenSector> holding(Configured state, String owner) {
    return state.open().values().stream()
        .filter(sector -> ownedBy(sector, owner).isPresent())
        .findFirst();
  }

  private static Optional<PackedPiece> ownedBy(OpenSector sector, String owner) {
    return sector.pieces().stream()
        .filter(piece -> owner(piece.orderId()).equals(owner))
        .findFirst();
  }
}
