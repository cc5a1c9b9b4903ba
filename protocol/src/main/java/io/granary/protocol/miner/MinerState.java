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
          DebtBook.EMPTY);
    }
  }

  /**
   * Known on chain.
   *
   * @param nextNumber one above the highest number ever given away here; the chain may know more
   * @param ordered sectors that were given a number and have not been heard of since
   * @param inMotion sectors that are ticked
   * @param orders the latest order ids with their sectors, oldest first
   * @param debt what was paid of its fee debt
   */
  record Configured(
      MinerConfig config,
      long nextNumber,
      SortedMap<SectorNumber, SectorOrder> ordered,
      SortedSet<SectorNumber> inMotion,
      Map<String, SectorNumber> orders,
      DebtBook debt)
      implements MinerState {
    public Configured {
      ordered = Collections.unmodifiableSortedMap(new TreeMap<>(ordered));
      inMotion = Collections.unmodifiableSortedSet(new TreeSet<>(inMotion));
      orders = Collections.unmodifiableMap(new LinkedHashMap<>(orders));
    }

    @Override
    public MinerState next(MinerEvent event) {
      if (event instanceof MinerEvent.SectorOrdered given) {
        return with(given);
      }
      if (event instanceof MinerEvent.SectorSetInMotion moving) {
        TreeSet<SectorNumber> more = new TreeSet<>(inMotion);
        more.add(moving.sector());
        return new Configured(config, nextNumber, without(moving.sector()), more, orders, debt);
      }
      if (event instanceof MinerEvent.SectorCameToRest resting) {
        TreeSet<SectorNumber> fewer = new TreeSet<>(inMotion);
        fewer.remove(resting.sector());
        return new Configured(config, nextNumber, without(resting.sector()), fewer, orders, debt);
      }
      if (event instanceof MinerEvent.DebtRepaymentAsked asked) {
        return with(debt.asked(asked.intent(), asked.debt(), asked.epoch()));
      }
      if (event instanceof MinerEvent.DebtRepaymentEnded) {
        return with(debt.ended());
      }
      MinerConfig changed = ((MinerEvent.MinerConfigured) event).config();
      return new Configured(changed, nextNumber, ordered, inMotion, orders, debt);
    }

    private Configured with(DebtBook after) {
      return new Configured(config, nextNumber, ordered, inMotion, orders, after);
    }

    private Configured with(MinerEvent.SectorOrdered given) {
      SectorNumber number = given.order().sector().number();
      if (number.value() < nextNumber) {
        throw new IllegalStateException("sector number " + number + " was given away before");
      }
      TreeMap<SectorNumber, SectorOrder> waiting = new TreeMap<>(ordered);
      waiting.put(number, given.order());
      LinkedHashMap<String, SectorNumber> known = new LinkedHashMap<>(orders);
      known.put(given.orderId(), number);
      while (known.size() > ORDERS_REMEMBERED_MAX) {
        known.remove(known.keySet().iterator().next());
      }
      return new Configured(config, number.value() + 1, waiting, inMotion, known, debt);
    }

    private TreeMap<SectorNumber, SectorOrder> without(SectorNumber sector) {
      TreeMap<SectorNumber, SectorOrder> rest = new TreeMap<>(ordered);
      rest.remove(sector);
      return rest;
    }
  }
}
