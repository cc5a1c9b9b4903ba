package io.granary.persistence.codec;

import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.codec.DealCodec;
import io.granary.protocol.codec.MessageCodec;
import io.granary.protocol.codec.PayableCodec;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealPayment;
import io.granary.protocol.publish.Payable;
import io.granary.protocol.publish.PaymentBatch;
import io.granary.protocol.publish.PaymentBook;
import io.granary.protocol.publish.PaymentOutcome;
import io.granary.protocol.publish.PublisherEvent;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.wire.DroppedDealProto;
import io.granary.protocol.wire.PaidDealProto;
import io.granary.protocol.wire.PayableLeftProto;
import io.granary.protocol.wire.PayableProto;
import io.granary.protocol.wire.PaymentBatchProto;
import io.granary.protocol.wire.PaymentBookProto;
import io.granary.protocol.wire.PaymentsAbandonedProto;
import io.granary.protocol.wire.PaymentsAskedProto;
import io.granary.protocol.wire.PaymentsCountedProto;
import io.granary.protocol.wire.PaymentsLandedProto;
import io.granary.protocol.wire.PaymentsRevertedProto;
import io.granary.protocol.wire.PaymentsToldProto;
import io.granary.protocol.wire.PublisherEventProto;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a publisher's journal and snapshots say of payments for deals. */
final class PaymentValues {
  private PaymentValues() {}

  static void write(PublisherEvent.Paying event, PublisherEventProto.Builder to) {
    if (event instanceof PublisherEvent.PayableKnown known) {
      to.setPayableKnown(PayableCodec.toProto(known.payable()));
    } else if (event instanceof PublisherEvent.PayableLeft left) {
      to.setPayableLeft(
          PayableLeftProto.newBuilder().setDeal(left.deal().toString()).setReason(left.reason()));
    } else if (event instanceof PublisherEvent.PaymentsAsked asked) {
      to.setPaymentsAsked(toProto(asked.intent(), asked.deals()));
    } else if (event instanceof PublisherEvent.PaymentsLanded landed) {
      to.setPaymentsLanded(toProto(landed.intentId(), landed.outcome()));
    } else if (event instanceof PublisherEvent.PaymentsReverted reverted) {
      to.setPaymentsReverted(PaymentsRevertedProto.newBuilder().setIntentId(reverted.intentId()));
    } else if (event instanceof PublisherEvent.PaymentsAbandoned abandoned) {
      to.setPaymentsAbandoned(
          PaymentsAbandonedProto.newBuilder()
              .setIntentId(abandoned.intentId())
              .setReason(abandoned.reason()));
    } else if (event instanceof PublisherEvent.PaymentsCounted counted) {
      to.setPaymentsCounted(PaymentsCountedProto.newBuilder().setIntentId(counted.intentId()));
    } else if (event instanceof PublisherEvent.PaymentsTold told) {
      to.setPaymentsTold(PaymentsToldProto.newBuilder().setIntentId(told.intentId()));
    }
  }

  /** Throws {@link IllegalArgumentException} for an event of another kind. */
  static PublisherEvent read(Stamp stamp, PublisherEventProto proto) {
    return switch (proto.getKindCase()) {
      case PAYABLE_KNOWN ->
          new PublisherEvent.PayableKnown(stamp, PayableCodec.fromProto(proto.getPayableKnown()));
      case PAYABLE_LEFT ->
          new PublisherEvent.PayableLeft(
              stamp,
              DealId.parse(proto.getPayableLeft().getDeal()),
              proto.getPayableLeft().getReason());
      case PAYMENTS_ASKED ->
          new PublisherEvent.PaymentsAsked(
              stamp, intent(proto.getPaymentsAsked()), deals(proto.getPaymentsAsked()));
      case PAYMENTS_LANDED ->
          new PublisherEvent.PaymentsLanded(
              stamp, proto.getPaymentsLanded().getIntentId(), outcome(proto.getPaymentsLanded()));
      case PAYMENTS_REVERTED ->
          new PublisherEvent.PaymentsReverted(stamp, proto.getPaymentsReverted().getIntentId());
      case PAYMENTS_ABANDONED ->
          new PublisherEvent.PaymentsAbandoned(
              stamp,
              proto.getPaymentsAbandoned().getIntentId(),
              proto.getPaymentsAbandoned().getReason());
      case PAYMENTS_COUNTED ->
          new PublisherEvent.PaymentsCounted(stamp, proto.getPaymentsCounted().getIntentId());
      case PAYMENTS_TOLD ->
          new PublisherEvent.PaymentsTold(stamp, proto.getPaymentsTold().getIntentId());
      default ->
          throw new IllegalArgumentException("publisher event: no known kind of payment is set");
    };
  }

  static PaymentBookProto toProto(PaymentBook book) {
    PaymentBookProto.Builder builder = PaymentBookProto.newBuilder().setAsked(book.asked());
    book.payables().values().forEach(each -> builder.addPayables(PayableCodec.toProto(each)));
    book.batches().values().forEach(batch -> builder.addBatches(toProto(batch)));
    return builder.build();
  }

  private static PaymentBatchProto toProto(PaymentBatch batch) {
    PaymentBatchProto.Builder builder =
        PaymentBatchProto.newBuilder()
            .setAsked(toProto(batch.intent(), batch.deals()))
            .setCounts(batch.counts());
    batch
        .outcome()
        .ifPresent(outcome -> builder.setLanded(toProto(batch.intent().intentId(), outcome)));
    return builder.build();
  }

  private static PaymentsAskedProto toProto(MessageIntent intent, List<DealId> deals) {
    return PaymentsAskedProto.newBuilder()
        .setIntent(MessageCodec.toProto(intent))
        .addAllDeals(deals.stream().map(DealId::toString).toList())
        .build();
  }

  private static PaymentsLandedProto toProto(String intentId, PaymentOutcome outcome) {
    PaymentsLandedProto.Builder builder =
        PaymentsLandedProto.newBuilder()
            .setIntentId(intentId)
            .setMessage(DealCodec.toProto(outcome.message()))
            .setInclusionEpoch(outcome.inclusionEpoch().value());
    sorted(outcome.paid())
        .forEach(
            (deal, payment) ->
                builder.addPaid(
                    PaidDealProto.newBuilder()
                        .setDeal(deal)
                        .setAmount(payment.amount().toString())
                        .setCompleted(payment.completed())));
    sorted(outcome.refused())
        .forEach(
            (deal, why) ->
                builder.addRefused(DroppedDealProto.newBuilder().setDeal(deal).setReason(why)));
    outcome.failure().ifPresent(builder::setFailure);
    return builder.build();
  }

  /** So that equal outcomes are equal bytes. */
  private static <V> SortedMap<String, V> sorted(Map<DealId, V> of) {
    SortedMap<String, V> sorted = new TreeMap<>();
    of.forEach((deal, value) -> sorted.put(deal.toString(), value));
    return sorted;
  }

  static PaymentBook fromProto(PaymentBookProto proto) {
    Map<DealId, Payable> payables = new LinkedHashMap<>();
    for (PayableProto each : proto.getPayablesList()) {
      Payable payable = PayableCodec.fromProto(each);
      payables.put(payable.deal(), payable);
    }
    Map<String, PaymentBatch> batches = new LinkedHashMap<>();
    for (PaymentBatchProto each : proto.getBatchesList()) {
      MessageIntent intent = intent(each.getAsked());
      batches.put(
          intent.intentId(),
          new PaymentBatch(
              intent,
              deals(each.getAsked()),
              each.hasLanded() ? Optional.of(outcome(each.getLanded())) : Optional.empty(),
              each.getCounts()));
    }
    return new PaymentBook(payables, batches, proto.getAsked());
  }

  private static MessageIntent intent(PaymentsAskedProto proto) {
    if (!proto.hasIntent()) {
      throw new IllegalArgumentException("publisher: a settlement has no intent");
    }
    return MessageCodec.fromProto(proto.getIntent());
  }

  private static List<DealId> deals(PaymentsAskedProto proto) {
    return proto.getDealsList().stream().map(DealId::parse).toList();
  }

  private static PaymentOutcome outcome(PaymentsLandedProto proto) {
    Cid message = DealCodec.cid(proto.getMessage());
    Epoch included = new Epoch(proto.getInclusionEpoch());
    return new PaymentOutcome(
        message,
        included,
        proto.getPaidList().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    each -> DealId.parse(each.getDeal()),
                    each ->
                        new DealPayment(
                            message,
                            included,
                            TokenAmount.parse(each.getAmount()),
                            each.getCompleted()))),
        proto.getRefusedList().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    each -> DealId.parse(each.getDeal()), DroppedDealProto::getReason)),
        proto.getFailure().isEmpty() ? Optional.empty() : Optional.of(proto.getFailure()));
  }
}
