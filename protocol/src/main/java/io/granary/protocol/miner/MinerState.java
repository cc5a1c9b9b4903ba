package io.granary.protocol.miner;

import io.granary.protocol.SectorNumber;
import io.granary.protocol.machine.TransitionTable;
import io.granary.protocol.sector.SectorOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A miner of ours: its chain configuration, its sector numbers, and the sectors it ticks. */
public sealed interface MinerState {
  /** How many order ids are remembered; an older order asked for again gets a new sector. */
  int ORDERS_REMEMBERED_MAX = 10_000;

  /** The allowed steps; docs/flows/miner.md shows them. */
  TransitionTable<MinerState, MinerEvent> TABLE =
      TransitionTable.<MinerState, MinerEvent>builder()
          .row(Unconfigured.class, MinerEvent.MinerConfigured.class, Configured.class)
          .row(Configured.class, MinerEvent.MinerConfigured.class, Configured.class)
          .row(Configured.class, MinerEvent.SectorOrdered.class, Configured.class)
          .row(Configured.class, MinerEvent.PiecePacked.class, Configured.class)
          .row(Configured.class, MinerEvent.PieceWithdrawn.class, Configured.class)
          .row(Configured.class, MinerEvent.SectorClosed.class, Configured.class)
          .row(Configured.class, MinerEvent.SectorSetInMotion.class, Configured.class)
          .row(Configured.class, MinerEvent.SectorCameToRest.class, Configured.class)
          .row(Configured.class, MinerEvent.DebtRepaymentAsked.class, Configured.class)
          .row(Configured.class, MinerEvent.DebtRepaymentEnded.class, Configured.class)
          .build();

  /**
   * The state after {@code event}.
   *
   * @throws IllegalStateException when the event cannot come here
   */
  default MinerState on(MinerEvent event) {
    TABLE.requireAllowed(this, event);
    return TABLE.check(this, event, next(event));
  }

  /** The step itself; only called for events that {@link #TABLE} allows here. */
  MinerState next(MinerEvent event);

  /** The chain was not asked yet. */
  record Unconfigured() implements MinerState {
    @Override
    public MinerState next(MinerEvent event) {
      return new Configured(
          ((MinerEvent.MinerConfigured) event).config(),
          0,
          new TreeMap<>(),
          new TreeSet<>(),
          Map.of(),
          DebtBook.EMPTY,
          new TreeMap<>());
    }
  }

  /**
   * Known on chain.
   *
   * @param nextNumber one above the highest number ever given away here; the chain may know more
   * @param ordered sectors that were given a number and have not been heard of since
   * @param inMotion sectors that are ticked
   * @param orders the latest order ids with their places, oldest first
   * @param debt what was paid of its fee debt
   * @param open sectors that have a number and take pieces
   */
  record Configured(
      MinerConfig config,
      long nextNumber,
      SortedMap<SectorNumber, SectorOrder> ordered,
      SortedSet<SectorNumber> inMotion,
      Map<String, Place> orders,
      DebtBook debt,
      SortedMap<SectorNumber, OpenSector> open)
      implements MinerState {
    public Configured {
      ordered = Collections.unmodifiableSortedMap(new TreeMap<>(ordered));
      inMotion = Collections.unmodifiableSortedSet(new TreeSet<>(inMotion));
      orders = Collections.unmodifiableMap(new LinkedHashMap<>(orders));
      open = Collections.unmodifiableSortedMap(new TreeMap<>(open));
    }

    /**
     * Where an order was put.
     *
     * @param offset padded bytes before its piece; 0 without one
     */
    public record Place(SectorNumber sector, long offset) {}

    @Override
    public MinerState next(MinerEvent event) {
      if (event instanceof MinerEvent.SectorOrdered given) {
        return with(given);
      }
      if (event instanceof MinerEvent.PiecePacked packed) {
        return with(packed);
      }
      if (event instanceof MinerEvent.PieceWithdrawn left) {
        return without(left);
      }
      if (event instanceof MinerEvent.SectorClosed closed) {
        TreeMap<SectorNumber, SectorOrder> waiting = new TreeMap<>(ordered);
        waiting.put(closed.sector(), opened(closed.sector()).order());
        return new Configured(
            config, nextNumber, waiting, inMotion, orders, debt, openWithout(closed.sector()));
      }
      if (event instanceof MinerEvent.SectorSetInMotion moving) {
        TreeSet<SectorNumber> more = new TreeSet<>(inMotion);
        more.add(moving.sector());
        return moved(moving.sector(), more);
      }
      if (event instanceof MinerEvent.SectorCameToRest resting) {
        TreeSet<SectorNumber> fewer = new TreeSet<>(inMotion);
        fewer.remove(resting.sector());
        return moved(resting.sector(), fewer);
      }
      if (event instanceof MinerEvent.DebtRepaymentAsked asked) {
        return with(debt.asked(asked.intent(), asked.debt(), asked.epoch()));
      }
      if (event instanceof MinerEvent.DebtRepaymentEnded) {
        return with(debt.ended());
      }
      MinerConfig changed = ((MinerEvent.MinerConfigured) event).config();
      return new Configured(changed, nextNumber, ordered, inMotion, orders, debt, open);
    }

    private Configured with(DebtBook after) {
      return new Configured(config, nextNumber, ordered, inMotion, orders, after, open);
    }

    private Configured moved(SectorNumber heardOf, TreeSet<SectorNumber> moving) {
      TreeMap<SectorNumber, SectorOrder> rest = new TreeMap<>(ordered);
      rest.remove(heardOf);
      return new Configured(config, nextNumber, rest, moving, orders, debt, open);
    }

    private Configured with(MinerEvent.SectorOrdered given) {
      SectorNumber number = given.order().sector().number();
      requireNew(number);
      TreeMap<SectorNumber, SectorOrder> waiting = new TreeMap<>(ordered);
      waiting.put(number, given.order());
      Map<String, Place> known = remembered(given.orderId(), new Place(number, 0));
      return new Configured(config, number.value() + 1, waiting, inMotion, known, debt, open);
    }

    private void requireNew(SectorNumber number) {
      if (number.value() < nextNumber) {
        throw new IllegalStateException("sector number " + number + " was given away before");
      }
    }

    private Map<String, Place> remembered(String orderId, Place place) {
      LinkedHashMap<String, Place> known = new LinkedHashMap<>(orders);
      known.put(orderId, place);
      while (known.size() > ORDERS_REMEMBERED_MAX) {
        known.remove(known.keySet().iterator().next());
      }
      return known;
    }

    private Configured with(MinerEvent.PiecePacked packed) {
      SectorNumber number = packed.sector().number();
      OpenSector known = open.get(number);
      if (known == null) {
        requireNew(number);
        known = OpenSector.of(packed.sector(), packed.sealProof(), packed.stamp().time());
      }
      OpenSector before = known;
      OpenSector after =
          packed
              .replaces()
              .map(old -> before.with(packed.piece(), old))
              .orElseGet(() -> before.with(packed.piece()));
      LinkedHashMap<String, Place> places =
          new LinkedHashMap<>(
              remembered(packed.piece().orderId(), new Place(number, packed.piece().offset())));
      packed.replaces().ifPresent(places::remove);
      TreeMap<SectorNumber, OpenSector> more = new TreeMap<>(open);
      more.put(number, after);
      long next = Math.max(nextNumber, number.value() + 1);
      return new Configured(config, next, ordered, inMotion, places, debt, more);
    }

    private Configured without(MinerEvent.PieceWithdrawn left) {
      OpenSector rest = opened(left.sector()).without(left.orderId());
      LinkedHashMap<String, Place> places = new LinkedHashMap<>(orders);
      places.remove(left.orderId());
      rest.pieces()
          .forEach(
              piece -> places.replace(piece.orderId(), new Place(left.sector(), piece.offset())));
      TreeMap<SectorNumber, OpenSector> now = openWithout(left.sector());
      if (!rest.pieces().isEmpty()) {
        now.put(left.sector(), rest);
      }
      return new Configured(config, nextNumber, ordered, inMotion, places, debt, now);
    }

    private OpenSector opened(SectorNumber number) {
      OpenSector sector = open.get(number);
      if (sector == null) {
        throw new IllegalStateException("sector " + number + " is not open");
      }
      return sector;
    }

    private TreeMap<SectorNumber, OpenSector> openWithout(SectorNumber number) {
      TreeMap<SectorNumber, OpenSector> rest = new TreeMap<>(open);
      rest.remove(number);
      return rest;
    }
  }
}
