package io.granary.sharding.publish;

import io.granary.protocol.Epoch;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.protocol.publish.PublisherState;
import io.granary.sharding.publish.PublisherOverview.Held;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a publisher knows of the deals that ask it, beside its journal: made anew in each life, from
 * what they ask. Belongs to the one actor.
 */
final class Waitlist {
  /**
   * A deal that waits asks with each head; one that has not asked for so many is not published, for
   * it may have failed.
   */
  private static final long ASKS_WITHIN_EPOCHS = 20;

  private final int refusalsMax;
  private final Map<DealId, Held> held = new HashMap<>();
  private final Map<DealId, Epoch> asked = new HashMap<>();

  /** Why deals left that have not asked since; a deal that asks in vain is looked at anew. */
  private final Map<DealId, String> refusals = new LinkedHashMap<>();

  /**
   * @param refusalsMax deals whose refusal is kept until they ask; the oldest is forgotten first
   */
  Waitlist(int refusalsMax) {
    this.refusalsMax = refusalsMax;
  }

  /** A deal asks. */
  void asked(DealId deal, Epoch now) {
    asked.put(deal, now);
  }

  boolean isSilent(DealId deal, Epoch now) {
    Epoch last = asked.get(deal);
    return last == null || now.since(last) > ASKS_WITHIN_EPOCHS;
  }

  /** Whether a deal is not to be published now. */
  boolean isPassedOver(DealId deal, Epoch now) {
    return held.containsKey(deal) || isSilent(deal, now);
  }

  /** Money or DataCap is short for deals, for the reasons given. */
  void hold(Map<DealId, String> reasons, Epoch until) {
    reasons.forEach((deal, why) -> held.put(deal, new Held(until, why)));
  }

  /** More of the reason of deals that are held. */
  void explain(Set<DealId> deals, String more) {
    deals.forEach(
        deal ->
            held.computeIfPresent(deal, (same, why) -> new Held(why.until(), why.reason() + more)));
  }

  Optional<Held> held(DealId deal) {
    return Optional.ofNullable(held.get(deal));
  }

  /** What was held until {@code now} or before may be looked at again. */
  void release(Epoch now) {
    held.values().removeIf(each -> !each.until().isAfter(now));
  }

  /** So may everything. */
  void releaseAll() {
    held.clear();
  }

  void refused(DealId deal, String why) {
    refusals.put(deal, why);
    if (refusals.size() > refusalsMax) {
      refusals.remove(refusals.keySet().iterator().next());
    }
  }

  /** Why the deal left, told once. */
  Optional<String> takeRefusal(DealId deal) {
    return Optional.ofNullable(refusals.remove(deal));
  }

  /** Deals that the publisher knows no more are forgotten. */
  void keepOnly(Predicate<DealId> known) {
    asked.keySet().removeIf(known.negate());
  }

  /** How far the publication of a deal is that the publisher knows. */
  PublicationStanding standing(PublisherState state, DealId deal) {
    return held(deal)
        .filter(why -> state.queue().containsKey(deal))
        .<PublicationStanding>map(why -> new PublicationStanding.Waiting(why.reason()))
        .orElseGet(() -> state.standing(deal));
  }
}
