package io.granary.protocol.publish;

import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealPayment;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a provider is to be paid for, and the messages that had it paid. One message is under way,
 * or does not count yet, at a time.
 *
 * @param payables until the market keeps them no more
 * @param batches by intent id, until each of their deals has its payment in its own journal
 * @param asked how many batches there ever were
 */
public record PaymentBook(
    Map<DealId, Payable> payables, Map<String, PaymentBatch> batches, long asked) {
  /** Nothing is to be paid. */
  public static final PaymentBook EMPTY = new PaymentBook(Map.of(), Map.of(), 0);

  public PaymentBook {
    payables = Collections.unmodifiableMap(new LinkedHashMap<>(payables));
    batches = Collections.unmodifiableMap(new LinkedHashMap<>(batches));
  }

  /** The message whose outcome does not count yet. */
  public Optional<PaymentBatch> open() {
    return batches.values().stream().filter(batch -> !batch.counts()).findFirst();
  }

  /** Whether {@code intentId} is one of the batches. */
  public boolean has(String intentId) {
    return batches.containsKey(intentId);
  }

  /** The deals of {@code batch}, in its order, that are still to be paid for. */
  public List<Payable> payablesOf(PaymentBatch batch) {
    return batch.deals().stream().flatMap(deal -> Stream.ofNullable(payables.get(deal))).toList();
  }

  /**
   * The book after {@code event}; pure.
   *
   * @throws IllegalStateException when the event cannot come here
   */
  PaymentBook on(PublisherEvent.Paying event) {
    if (event instanceof PublisherEvent.PayableKnown known) {
      Payable payable = known.payable();
      PublisherState.require(!payables.containsKey(payable.deal()), payable.deal() + " is known");
      Map<DealId, Payable> more = new LinkedHashMap<>(payables);
      more.put(payable.deal(), payable);
      return new PaymentBook(more, batches, asked);
    }
    if (event instanceof PublisherEvent.PayableLeft left) {
      Map<DealId, Payable> fewer = new LinkedHashMap<>(payables);
      PublisherState.require(fewer.remove(left.deal()) != null, left.deal() + " is not known");
      return new PaymentBook(fewer, batches, asked);
    }
    if (event instanceof PublisherEvent.PaymentsAsked asking) {
      PublisherState.require(open().isEmpty(), "a settlement is under way");
      PublisherState.require(payables.keySet().containsAll(asking.deals()), "an unknown deal");
      PaymentBatch batch =
          new PaymentBatch(asking.intent(), asking.deals(), Optional.empty(), false);
      return new PaymentBook(payables, with(batch), asked + 1);
    }
    if (event instanceof PublisherEvent.PaymentsLanded landed) {
      PaymentBatch batch = batch(landed.intentId());
      PublisherState.require(batch.underWay(), landed.intentId() + " has landed");
      return with(batch, Optional.of(landed.outcome()));
    }
    if (event instanceof PublisherEvent.PaymentsReverted reverted) {
      PaymentBatch batch = batch(reverted.intentId());
      PublisherState.require(
          !batch.underWay() && !batch.counts(), reverted.intentId() + " cannot be reverted");
      return with(batch, Optional.empty());
    }
    if (event instanceof PublisherEvent.PaymentsAbandoned abandoned) {
      PaymentBatch batch = batch(abandoned.intentId());
      PublisherState.require(batch.underWay(), abandoned.intentId() + " has landed");
      return new PaymentBook(payables, without(batch), asked);
    }
    if (event instanceof PublisherEvent.PaymentsCounted counted) {
      return counted(batch(counted.intentId()));
    }
    PaymentBatch batch = batch(((PublisherEvent.PaymentsTold) event).intentId());
    PublisherState.require(batch.counts(), batch.intent().intentId() + " does not count");
    return new PaymentBook(payables, without(batch), asked);
  }

  /** What is through, or refused, is to be paid no more; a failed message changes nothing. */
  private PaymentBook counted(PaymentBatch batch) {
    PublisherState.require(
        !batch.underWay() && !batch.counts(), batch.intent().intentId() + " cannot count");
    PaymentOutcome outcome = batch.outcome().orElseThrow();
    Map<DealId, Payable> after = new LinkedHashMap<>(payables);
    outcome.refused().keySet().forEach(after::remove);
    for (DealId deal : batch.deals()) {
      DealPayment payment = outcome.paid().get(deal);
      if (payment != null && payment.completed()) {
        after.remove(deal);
      } else if (payment != null && after.containsKey(deal)) {
        after.put(deal, Objects.requireNonNull(after.get(deal)).paid(payment.epoch()));
      }
    }
    PaymentBatch counts = new PaymentBatch(batch.intent(), batch.deals(), batch.outcome(), true);
    return new PaymentBook(after, outcome.paid().isEmpty() ? without(batch) : with(counts), asked);
  }

  private PaymentBook with(PaymentBatch batch, Optional<PaymentOutcome> outcome) {
    return new PaymentBook(
        payables, with(new PaymentBatch(batch.intent(), batch.deals(), outcome, false)), asked);
  }

  private Map<String, PaymentBatch> with(PaymentBatch batch) {
    Map<String, PaymentBatch> more = new LinkedHashMap<>(batches);
    more.put(batch.intent().intentId(), batch);
    return more;
  }

  private Map<String, PaymentBatch> without(PaymentBatch batch) {
    Map<String, PaymentBatch> fewer = new LinkedHashMap<>(batches);
    fewer.remove(batch.intent().intentId());
    return fewer;
  }

  private PaymentBatch batch(String intentId) {
    PaymentBatch batch = batches.get(intentId);
    if (batch == null) {
      throw new IllegalStateException("publisher: no settlement " + intentId);
    }
    return batch;
  }
}
