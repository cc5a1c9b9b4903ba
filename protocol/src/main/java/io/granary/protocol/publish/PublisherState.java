package io.granary.protocol.publish;

import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.Publication;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A provider's publications. A deal is in the queue, or in one batch, never in both.
 *
 * @param queue deals that wait, the first to go first
 * @param batches by intent id, until each is closed
 * @param requested how many batches there ever were
 * @param escrow what was added to the provider's
 * @param payments what the provider is to be paid
 */
public record PublisherState(
    Map<DealId, WaitingDeal> queue,
    Map<String, PublishBatch> batches,
    long requested,
    EscrowBook escrow,
    PaymentBook payments) {
  /** Nobody asked yet. */
  public static final PublisherState EMPTY =
      new PublisherState(Map.of(), Map.of(), 0, EscrowBook.EMPTY, PaymentBook.EMPTY);

  public PublisherState {
    queue = Collections.unmodifiableMap(new LinkedHashMap<>(queue));
    batches = Collections.unmodifiableMap(new LinkedHashMap<>(batches));
  }

  /** Whether {@code deal} waits, or is in a batch that has not left it out for good. */
  public boolean knows(DealId deal) {
    return queue.containsKey(deal) || batchOf(deal).isPresent();
  }

  /** The batch that {@code deal} is in. */
  public Optional<PublishBatch> batchOf(DealId deal) {
    return batches.values().stream().filter(batch -> batch.deals().containsKey(deal)).findFirst();
  }

  /** Whether a message is under way. */
  public boolean publishing() {
    return batches.values().stream().anyMatch(PublishBatch::underWay);
  }

  /** How far the publication of a deal is that {@link #knows} has. */
  public PublicationStanding standing(DealId deal) {
    WaitingDeal waiting = queue.get(deal);
    if (waiting != null) {
      return new PublicationStanding.Waiting(waiting.reason());
    }
    return batchOf(deal)
        .map(batch -> standing(batch, deal))
        .orElseGet(PublicationStanding.NotKnown::new);
  }

  private static PublicationStanding standing(PublishBatch batch, DealId deal) {
    String intentId = batch.intent().intentId();
    return batch
        .outcome()
        .flatMap(
            outcome ->
                Optional.ofNullable(outcome.published().get(deal))
                    .map(id -> new Publication(outcome.message(), outcome.inclusionEpoch(), id)))
        .<PublicationStanding>map(
            publication -> new PublicationStanding.Landed(intentId, publication, batch.settled()))
        .orElseGet(() -> new PublicationStanding.UnderWay(intentId));
  }

  /**
   * The state after {@code event}; pure.
   *
   * @throws IllegalStateException when the event cannot come here
   */
  public PublisherState on(PublisherEvent event) {
    if (event instanceof PublisherEvent.DealQueued queued) {
      require(!knows(queued.deal()), "deal " + queued.deal() + " is known");
      Map<DealId, WaitingDeal> more = new LinkedHashMap<>(queue);
      more.put(queued.deal(), WaitingDeal.first(queued.signed(), queued.stamp().time()));
      return new PublisherState(more, batches, requested, escrow, payments);
    }
    if (event instanceof PublisherEvent.DealLeft left) {
      Map<DealId, WaitingDeal> fewer = new LinkedHashMap<>(queue);
      require(fewer.remove(left.deal()) != null, "deal " + left.deal() + " does not wait");
      return new PublisherState(fewer, batches, requested, escrow, payments);
    }
    if (event instanceof PublisherEvent.BatchRequested asked) {
      return requested(asked);
    }
    if (event instanceof PublisherEvent.BatchLanded landed) {
      PublishBatch batch = batch(landed.intentId());
      require(batch.underWay(), landed.intentId() + " has landed");
      return with(
          new PublishBatch(batch.intent(), batch.deals(), Optional.of(landed.outcome()), false));
    }
    if (event instanceof PublisherEvent.BatchReverted reverted) {
      PublishBatch batch = batch(reverted.intentId());
      require(!batch.underWay() && !batch.settled(), reverted.intentId() + " cannot be reverted");
      return with(new PublishBatch(batch.intent(), batch.deals(), Optional.empty(), false));
    }
    if (event instanceof PublisherEvent.BatchAbandoned abandoned) {
      PublishBatch batch = batch(abandoned.intentId());
      require(batch.underWay(), abandoned.intentId() + " has landed");
      return failed(batch, abandoned.failure());
    }
    if (event instanceof PublisherEvent.BatchSettled settled) {
      return settled(batch(settled.intentId()));
    }
    if (event instanceof PublisherEvent.EscrowTopUpAsked asked) {
      require(escrow.open().isEmpty(), "a top-up is under way");
      return with(escrow.asked(asked.intent(), asked.stamp().epoch()));
    }
    if (event instanceof PublisherEvent.EscrowTopUpEnded ended) {
      require(escrow.isOpen(ended.intentId()), ended.intentId() + " is not under way");
      return with(escrow.ended(ended.added()));
    }
    if (event instanceof PublisherEvent.Paying paying) {
      return new PublisherState(queue, batches, requested, escrow, payments.on(paying));
    }
    PublishBatch batch = batch(((PublisherEvent.BatchClosed) event).intentId());
    require(batch.settled(), batch.intent().intentId() + " is not settled");
    return new PublisherState(queue, without(batch), requested, escrow, payments);
  }

  private PublisherState requested(PublisherEvent.BatchRequested asked) {
    String intentId = asked.intent().intentId();
    require(!batches.containsKey(intentId), intentId + " is known");
    Map<DealId, WaitingDeal> left = new LinkedHashMap<>(queue);
    Map<DealId, WaitingDeal> taken = new LinkedHashMap<>();
    for (DealId deal : asked.deals()) {
      WaitingDeal waiting = left.remove(deal);
      if (waiting == null) {
        throw new IllegalStateException("publisher: deal " + deal + " does not wait");
      }
      taken.put(deal, waiting);
    }
    Map<String, PublishBatch> more = new LinkedHashMap<>(batches);
    more.put(intentId, new PublishBatch(asked.intent(), taken, Optional.empty(), false));
    return new PublisherState(left, more, requested + 1, escrow, payments);
  }

  private PublisherState settled(PublishBatch batch) {
    require(!batch.underWay() && !batch.settled(), batch.intent().intentId() + " cannot settle");
    PublishOutcome outcome = batch.outcome().orElseThrow();
    if (outcome.failure().isPresent()) {
      return failed(batch, outcome.failure().get());
    }
    Map<DealId, WaitingDeal> again = new LinkedHashMap<>();
    Map<DealId, WaitingDeal> kept = new LinkedHashMap<>();
    batch
        .deals()
        .forEach(
            (deal, waiting) -> {
              String why = outcome.dropped().get(deal);
              if (why == null) {
                kept.put(deal, waiting);
              } else {
                again.put(deal, waiting.dropped(why));
              }
            });
    again.putAll(queue);
    Map<String, PublishBatch> after =
        kept.isEmpty()
            ? without(batch)
            : with(new PublishBatch(batch.intent(), kept, batch.outcome(), true)).batches();
    return new PublisherState(again, after, requested, escrow, payments);
  }

  /** All of its deals wait again, in front. */
  private PublisherState failed(PublishBatch batch, PublishFailure failure) {
    Map<DealId, WaitingDeal> again = new LinkedHashMap<>();
    int size = batch.deals().size();
    batch.deals().forEach((deal, waiting) -> again.put(deal, waiting.failedIn(size, failure)));
    again.putAll(queue);
    return new PublisherState(again, without(batch), requested, escrow, payments);
  }

  private PublishBatch batch(String intentId) {
    PublishBatch batch = batches.get(intentId);
    if (batch == null) {
      throw new IllegalStateException("publisher: no batch " + intentId);
    }
    return batch;
  }

  private PublisherState with(PublishBatch batch) {
    Map<String, PublishBatch> changed = new LinkedHashMap<>(batches);
    changed.put(batch.intent().intentId(), batch);
    return new PublisherState(queue, changed, requested, escrow, payments);
  }

  private PublisherState with(EscrowBook after) {
    return new PublisherState(queue, batches, requested, after, payments);
  }

  private Map<String, PublishBatch> without(PublishBatch batch) {
    Map<String, PublishBatch> fewer = new LinkedHashMap<>(batches);
    fewer.remove(batch.intent().intentId());
    return fewer;
  }

  static void require(boolean met, String problem) {
    if (!met) {
      throw new IllegalStateException("publisher: " + problem);
    }
  }
}
