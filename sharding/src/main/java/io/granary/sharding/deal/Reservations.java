package io.granary.sharding.deal;

import io.granary.protocol.deal.DealId;
import io.granary.protocol.port.DealBook;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the proposals that one node judges at the same moment take of the same bounds. A proposal
 * that is judged reads what is under way at some moment and is accepted at a later one; what others
 * were accepted in between it cannot have read. So each is a {@link Visit} from before it reads
 * until it has its answer, and holds its place here from the moment at which it was found to have
 * room until its row is in the store. A place that was given free is shown on to the visits that
 * began before, since their reading may lack the row. A deal counts once, however often it is held
 * or read.
 *
 * <p>There are as many places as proposals are judged at once, and those that were given free while
 * the longest visit lasted. Thread-safe: guarded by this.
 */
final class Reservations {
  private final Set<Place> held = new LinkedHashSet<>();

  /** Given free, in the order of that, while there are visits from before it. */
  private final Deque<Place> free = new ArrayDeque<>();

  /** How many visits there are of each moment; moments are counted in places given free. */
  private final TreeMap<Long, Integer> visits = new TreeMap<>();

  private long moment;

  /** Begins a visit; what is under way must not have been read before. */
  synchronized Visit enter() {
    visits.merge(moment, 1, Integer::sum);
    return new Visit(moment);
  }

  /** Places that are kept. */
  synchronized int size() {
    return held.size() + free.size();
  }

  /** One proposal while it is judged. */
  final class Visit {
    private final long since;

    private Visit(long since) {
      this.since = since;
    }

    /** {@code read}, and what that may lack of other deals than {@code deal}. */
    List<DealBook.UnderWay> with(List<DealBook.UnderWay> read, DealId deal) {
      List<DealBook.UnderWay> taken = taken(deal);
      if (taken.isEmpty()) {
        return read;
      }
      List<DealBook.UnderWay> all = new ArrayList<>(read);
      Set<DealId> there = ids(read);
      taken.stream().filter(each -> there.add(each.deal())).forEach(all::add);
      return List.copyOf(all);
    }

    private List<DealBook.UnderWay> taken(DealId deal) {
      List<DealBook.UnderWay> taken = new ArrayList<>();
      synchronized (Reservations.this) {
        held.forEach(place -> taken.add(place.deal));
        free.stream()
            .filter(place -> place.freeSince > since)
            .forEach(place -> taken.add(place.deal));
      }
      taken.removeIf(each -> each.deal().equals(deal));
      return taken;
    }

    /**
     * Holds a place for {@code deal}, unless another was taken meanwhile.
     *
     * @param judgedBeside what was found to leave room for it
     */
    Optional<Place> hold(DealBook.UnderWay deal, List<DealBook.UnderWay> judgedBeside) {
      Set<DealId> known = ids(judgedBeside);
      synchronized (Reservations.this) {
        if (!taken(deal.deal()).stream().allMatch(each -> known.contains(each.deal()))) {
          return Optional.empty();
        }
        Place place = new Place(deal);
        held.add(place);
        return Optional.of(place);
      }
    }

    /** Ends the visit; once. */
    void leave() {
      synchronized (Reservations.this) {
        visits.merge(since, -1, (had, less) -> had + less == 0 ? null : had + less);
        forget();
      }
    }
  }

  private static Set<DealId> ids(List<DealBook.UnderWay> deals) {
    Set<DealId> ids = new HashSet<>();
    deals.forEach(each -> ids.add(each.deal()));
    return ids;
  }

  /** What every visit there is can have read. */
  private void forget() {
    while (!free.isEmpty() && (visits.isEmpty() || free.element().freeSince <= visits.firstKey())) {
      free.remove();
    }
  }

  /** The place of a deal that is being accepted. */
  final class Place {
    private final DealBook.UnderWay deal;
    private long freeSince;

    private Place(DealBook.UnderWay deal) {
      this.deal = deal;
    }

    /** The row of the deal. */
    DealBook.UnderWay deal() {
      return deal;
    }

    /** The store tells of the deal from now on, or nobody knows whether it does. */
    void written() {
      synchronized (Reservations.this) {
        if (held.remove(this)) {
          freeSince = ++moment;
          free.add(this);
          forget();
        }
      }
    }

    /** Nothing came of the deal. */
    void drop() {
      synchronized (Reservations.this) {
        held.remove(this);
      }
    }
  }
}
