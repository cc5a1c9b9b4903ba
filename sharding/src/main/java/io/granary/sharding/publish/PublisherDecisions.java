package io.granary.sharding.publish;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.chain.Message;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.publish.PublicationQuery;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.protocol.publish.PublishBatch;
import io.granary.protocol.publish.PublishFailure;
import io.granary.protocol.publish.PublishMessages;
import io.granary.protocol.publish.PublishOutcome;
import io.granary.protocol.publish.PublisherEvent;
import io.granary.protocol.publish.PublisherState;
import io.granary.protocol.publish.WaitingDeal;
import io.granary.protocol.sender.MessageReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What a publisher does about what it is told: pure, from its state and the moment's stamp. */
final class PublisherDecisions {
  /** How many deals are looked at for each that may go into the batch: some may be bad. */
  private static final int LOOK_FACTOR = 2;

  private final ActorId provider;
  private final PublishSettings settings;

  PublisherDecisions(ActorId provider, PublishSettings settings) {
    this.provider = provider;
    this.settings = settings;
  }

  /**
   * Deals to look at for the next batch.
   *
   * @param most deals that may be in it
   */
  record Next(Map<DealId, ClientDealProposal> deals, int most) {}

  /**
   * The next batch's deals; none while it is not due.
   *
   * @param cap how many may be in it at most, beside the settings
   * @param held what is passed over
   */
  Next next(PublisherState state, Instant now, int cap, Predicate<DealId> held) {
    int most = Math.min(settings.dealsMax(), cap);
    boolean due = false;
    Map<DealId, ClientDealProposal> deals = new LinkedHashMap<>();
    for (Map.Entry<DealId, WaitingDeal> each : state.queue().entrySet()) {
      WaitingDeal waiting = each.getValue();
      if (held.test(each.getKey())) {
        continue;
      }
      if (deals.isEmpty()) {
        most = Math.min(most, waiting.batchMax());
      }
      if (waiting.batchMax() >= most && deals.size() < LOOK_FACTOR * most) {
        deals.put(each.getKey(), waiting.signed());
        due |= !waiting.since().plus(settings.waitMax()).isAfter(now);
      }
    }
    return new Next(due || deals.size() >= most ? deals : Map.of(), most);
  }

  /**
   * The answer to a deal that the state does not know and that is not queued.
   *
   * @param left why it left the queue, when it has not heard that
   * @return empty when it takes its place in the queue
   */
  Optional<PublicationStanding> refuse(
      PublisherState state, PublicationQuery query, Optional<String> left) {
    if (left.isPresent()) {
      return Optional.of(new PublicationStanding.Refused(left.get()));
    }
    if (query.intentId().isPresent() || query.publication().isPresent()) {
      return Optional.of(new PublicationStanding.NotKnown());
    }
    return state.queue().size() >= settings.queueMax()
        ? Optional.of(new PublicationStanding.Waiting("the queue is full"))
        : Optional.empty();
  }

  /** Whether the deal has what {@code standing} says in its own journal, for good. */
  static boolean hasHeard(PublicationStanding standing, PublicationQuery query) {
    return standing instanceof PublicationStanding.Landed landed
        && landed.firm()
        && query.publication().filter(landed.publication()::equals).isPresent();
  }

  /** How many deals the next look may put into a batch: half of those that would fail together. */
  static int capAfter(PublishCheck.Result result) {
    int size = result.good().size();
    return size > 1 && result.failure().filter(PublishFailure::blamesDeals).isPresent()
        ? (size + 1) / 2
        : Integer.MAX_VALUE;
  }

  /** What follows from a look: what is refused leaves, what is good becomes a batch. */
  List<PublisherEvent> checked(PublisherState state, PublishCheck.Result result, Stamp stamp) {
    List<PublisherEvent> events = new ArrayList<>();
    result
        .refused()
        .forEach(
            (deal, why) -> {
              if (state.queue().containsKey(deal)) {
                events.add(new PublisherEvent.DealLeft(stamp, deal, why));
              }
            });
    boolean allWait = state.queue().keySet().containsAll(result.good().keySet());
    boolean culprit =
        allWait
            && result.good().size() == 1
            && result.failure().filter(PublishFailure::blamesDeals).isPresent();
    if (culprit) {
      DealId alone = result.good().keySet().iterator().next();
      events.add(
          new PublisherEvent.DealLeft(stamp, alone, result.failure().orElseThrow().reason()));
    }
    result
        .message()
        .filter(message -> allWait)
        .ifPresent(message -> events.add(request(state, result, message, stamp)));
    return events;
  }

  private PublisherEvent request(
      PublisherState state, PublishCheck.Result result, Message message, Stamp stamp) {
    Epoch useful = stamp.epoch().plus(settings.usefulEpochs());
    for (ClientDealProposal signed : result.good().values()) {
      Epoch start = signed.proposal().startEpoch();
      useful = start.isBefore(useful) ? start : useful;
    }
    return new PublisherEvent.BatchRequested(
        stamp,
        PublishMessages.intent(provider, state.requested() + 1, message, useful),
        List.copyOf(result.good().keySet()));
  }

  /**
   * What follows from a report.
   *
   * @throws IllegalArgumentException when the message succeeded and its return cannot be read
   */
  List<PublisherEvent> reported(PublisherState state, MessageReport report, Stamp stamp) {
    PublishBatch batch = state.batches().get(report.intentId());
    if (batch == null || batch.settled()) {
      return List.of();
    }
    String intentId = report.intentId();
    if (report instanceof MessageReport.Landed landed) {
      PublishOutcome outcome = PublishOutcome.of(batch, landed);
      PublisherEvent event = new PublisherEvent.BatchLanded(stamp, intentId, outcome);
      if (batch.underWay()) {
        return List.of(event);
      }
      return batch.outcome().orElseThrow().equals(outcome)
          ? List.of()
          : List.of(new PublisherEvent.BatchReverted(stamp, intentId), event);
    }
    if (report instanceof MessageReport.Reverted) {
      return batch.underWay()
          ? List.of()
          : List.of(new PublisherEvent.BatchReverted(stamp, intentId));
    }
    MessageReport.GaveUp gaveUp = (MessageReport.GaveUp) report;
    return batch.underWay() && gaveUp.kind() != MessageReport.GaveUp.Kind.TOO_MANY
        ? List.of(
            new PublisherEvent.BatchAbandoned(
                stamp, intentId, new PublishFailure(gaveUp.kind() + ": " + gaveUp.reason(), false)))
        : List.of();
  }

  /** Outcomes that lie deep enough at {@code stamp} count from now on. */
  List<PublisherEvent> settled(PublisherState state, Stamp stamp) {
    List<PublisherEvent> events = new ArrayList<>();
    PublisherState now = state;
    for (PublishBatch batch : state.batches().values()) {
      boolean deep =
          !batch.settled()
              && batch
                  .outcome()
                  .filter(
                      outcome ->
                          stamp.epoch().since(outcome.inclusionEpoch())
                              >= settings.confidenceEpochs())
                  .isPresent();
      if (deep) {
        PublisherEvent event = new PublisherEvent.BatchSettled(stamp, batch.intent().intentId());
        events.add(event);
        now = now.on(event);
        events.addAll(givenUp(now, batch, stamp));
      }
    }
    return events;
  }

  /** Deals whose start is past leave: they may have ended without a word. */
  List<PublisherEvent> lapsed(PublisherState state, Stamp stamp) {
    return state.queue().entrySet().stream()
        .filter(each -> each.getValue().signed().proposal().startEpoch().isBefore(stamp.epoch()))
        .<PublisherEvent>map(
            each -> new PublisherEvent.DealLeft(stamp, each.getKey(), "its start epoch is past"))
        .toList();
  }

  /** Of a settled batch, what does not go again. */
  private List<PublisherEvent> givenUp(PublisherState after, PublishBatch batch, Stamp stamp) {
    boolean culprit =
        batch.deals().size() == 1
            && batch
                .outcome()
                .flatMap(PublishOutcome::failure)
                .filter(PublishFailure::blamesDeals)
                .isPresent();
    List<PublisherEvent> events = new ArrayList<>();
    for (DealId deal : batch.deals().keySet()) {
      WaitingDeal waiting = after.queue().get(deal);
      if (waiting != null && (culprit || waiting.drops() >= settings.dropsMax())) {
        events.add(new PublisherEvent.DealLeft(stamp, deal, waiting.reason()));
      }
    }
    return events;
  }

  /** Batches that nobody has to be told of any more. */
  List<PublisherEvent> closed(PublisherState state, Set<DealId> told, Stamp stamp) {
    return state.batches().values().stream()
        .filter(PublishBatch::settled)
        .filter(
            batch ->
                batch.deals().entrySet().stream()
                    .allMatch(
                        each ->
                            told.contains(each.getKey())
                                || each.getValue()
                                    .signed()
                                    .proposal()
                                    .startEpoch()
                                    .isBefore(stamp.epoch())))
        .<PublisherEvent>map(
            batch -> new PublisherEvent.BatchClosed(stamp, batch.intent().intentId()))
        .toList();
  }
}
