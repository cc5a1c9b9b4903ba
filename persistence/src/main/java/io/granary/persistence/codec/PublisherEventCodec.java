package io.granary.persistence.codec;

import com.google.protobuf.CodedInputStream;
import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.codec.DealCodec;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.MessageCodec;
import io.granary.protocol.codec.ValueCodec;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.publish.PublishFailure;
import io.granary.protocol.publish.PublishOutcome;
import io.granary.protocol.publish.PublisherEvent;
import io.granary.protocol.wire.DroppedDealProto;
import io.granary.protocol.wire.EscrowTopUpAskedProto;
import io.granary.protocol.wire.EscrowTopUpEndedProto;
import io.granary.protocol.wire.PublishBatchAbandonedProto;
import io.granary.protocol.wire.PublishBatchClosedProto;
import io.granary.protocol.wire.PublishBatchLandedProto;
import io.granary.protocol.wire.PublishBatchRequestedProto;
import io.granary.protocol.wire.PublishBatchRevertedProto;
import io.granary.protocol.wire.PublishBatchSettledProto;
import io.granary.protocol.wire.PublishDealLeftProto;
import io.granary.protocol.wire.PublishDealQueuedProto;
import io.granary.protocol.wire.PublishFailureProto;
import io.granary.protocol.wire.PublishedDealProto;
import io.granary.protocol.wire.PublisherEventProto;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@link PublisherEvent} as {@code publisher_event.proto} has it. */
public final class PublisherEventCodec implements EventCodec<PublisherEvent> {
  static final String MANIFEST = "publisher-event.1";

  @Override
  public Class<PublisherEvent> type() {
    return PublisherEvent.class;
  }

  @Override
  public Set<String> manifests() {
    return Set.of(MANIFEST);
  }

  @Override
  public String manifest(PublisherEvent value) {
    return MANIFEST;
  }

  @Override
  public byte[] toBytes(PublisherEvent event) {
    PublisherEventProto.Builder builder =
        PublisherEventProto.newBuilder().setStamp(EntityCodec.toProto(event.stamp()));
    if (event instanceof PublisherEvent.DealQueued queued) {
      builder.setQueued(
          PublishDealQueuedProto.newBuilder()
              .setDeal(queued.deal().toString())
              .setSigned(ValueCodec.toProto(queued.signed().toCbor())));
    } else if (event instanceof PublisherEvent.DealLeft left) {
      builder.setLeft(
          PublishDealLeftProto.newBuilder()
              .setDeal(left.deal().toString())
              .setReason(left.reason()));
    } else if (event instanceof PublisherEvent.BatchRequested asked) {
      builder.setRequested(
          PublishBatchRequestedProto.newBuilder()
              .setIntent(MessageCodec.toProto(asked.intent()))
              .addAllDeals(asked.deals().stream().map(DealId::toString).toList()));
    } else if (event instanceof PublisherEvent.BatchLanded landed) {
      builder.setLanded(toProto(landed.intentId(), landed.outcome()));
    } else if (event instanceof PublisherEvent.BatchReverted reverted) {
      builder.setReverted(PublishBatchRevertedProto.newBuilder().setIntentId(reverted.intentId()));
    } else if (event instanceof PublisherEvent.BatchAbandoned abandoned) {
      builder.setAbandoned(
          PublishBatchAbandonedProto.newBuilder()
              .setIntentId(abandoned.intentId())
              .setFailure(toProto(abandoned.failure())));
    } else if (event instanceof PublisherEvent.BatchSettled settled) {
      builder.setSettled(PublishBatchSettledProto.newBuilder().setIntentId(settled.intentId()));
    } else if (event instanceof PublisherEvent.BatchClosed closed) {
      builder.setClosed(PublishBatchClosedProto.newBuilder().setIntentId(closed.intentId()));
    } else if (event instanceof PublisherEvent.EscrowTopUpAsked asked) {
      builder.setTopUpAsked(
          EscrowTopUpAskedProto.newBuilder().setIntent(MessageCodec.toProto(asked.intent())));
    } else if (event instanceof PublisherEvent.EscrowTopUpEnded ended) {
      builder.setTopUpEnded(
          EscrowTopUpEndedProto.newBuilder()
              .setIntentId(ended.intentId())
              .setAdded(ended.added())
              .setOutcome(ended.outcome()));
    } else if (event instanceof PublisherEvent.Paying paying) {
      PaymentValues.write(paying, builder);
    }
    return builder.build().toByteArray();
  }

  static PublishBatchLandedProto toProto(String intentId, PublishOutcome outcome) {
    PublishBatchLandedProto.Builder builder =
        PublishBatchLandedProto.newBuilder()
            .setIntentId(intentId)
            .setMessage(DealCodec.toProto(outcome.message()))
            .setInclusionEpoch(outcome.inclusionEpoch().value());
    sorted(outcome.published())
        .forEach(
            (deal, id) ->
                builder.addPublished(
                    PublishedDealProto.newBuilder().setDeal(deal).setChainDealId(id)));
    sorted(outcome.dropped())
        .forEach(
            (deal, why) ->
                builder.addDropped(DroppedDealProto.newBuilder().setDeal(deal).setReason(why)));
    outcome.failure().ifPresent(failure -> builder.setFailure(toProto(failure)));
    return builder.build();
  }

  /** So that equal outcomes are equal bytes. */
  private static <V> SortedMap<String, V> sorted(Map<DealId, V> of) {
    SortedMap<String, V> sorted = new TreeMap<>();
    of.forEach((deal, value) -> sorted.put(deal.toString(), value));
    return sorted;
  }

  private static PublishFailureProto toProto(PublishFailure failure) {
    return PublishFailureProto.newBuilder()
        .setReason(failure.reason())
        .setBlamesDeals(failure.blamesDeals())
        .build();
  }

  @Override
  public PublisherEvent fromBytes(String manifest, CodedInputStream in) throws IOException {
    PublisherEventProto proto = PublisherEventProto.parseFrom(in);
    Stamp stamp = EntityCodec.fromProto(proto.getStamp());
    return switch (proto.getKindCase()) {
      case QUEUED ->
          new PublisherEvent.DealQueued(
              stamp,
              DealId.parse(proto.getQueued().getDeal()),
              ClientDealProposal.fromCbor(ValueCodec.fromProto(proto.getQueued().getSigned())));
      case LEFT ->
          new PublisherEvent.DealLeft(
              stamp, DealId.parse(proto.getLeft().getDeal()), proto.getLeft().getReason());
      case REQUESTED ->
          new PublisherEvent.BatchRequested(
              stamp,
              MessageCodec.fromProto(proto.getRequested().getIntent()),
              proto.getRequested().getDealsList().stream().map(DealId::parse).toList());
      case LANDED ->
          new PublisherEvent.BatchLanded(
              stamp, proto.getLanded().getIntentId(), outcome(proto.getLanded()));
      case REVERTED -> new PublisherEvent.BatchReverted(stamp, proto.getReverted().getIntentId());
      case ABANDONED ->
          new PublisherEvent.BatchAbandoned(
              stamp,
              proto.getAbandoned().getIntentId(),
              failure(proto.getAbandoned().getFailure()));
      case SETTLED -> new PublisherEvent.BatchSettled(stamp, proto.getSettled().getIntentId());
      case CLOSED -> new PublisherEvent.BatchClosed(stamp, proto.getClosed().getIntentId());
      case TOP_UP_ASKED ->
          new PublisherEvent.EscrowTopUpAsked(
              stamp, MessageCodec.fromProto(proto.getTopUpAsked().getIntent()));
      case TOP_UP_ENDED ->
          new PublisherEvent.EscrowTopUpEnded(
              stamp,
              proto.getTopUpEnded().getIntentId(),
              proto.getTopUpEnded().getAdded(),
              proto.getTopUpEnded().getOutcome());
      case PAYABLE_KNOWN,
          PAYABLE_LEFT,
          PAYMENTS_ASKED,
          PAYMENTS_LANDED,
          PAYMENTS_REVERTED,
          PAYMENTS_ABANDONED,
          PAYMENTS_COUNTED,
          PAYMENTS_TOLD ->
          PaymentValues.read(stamp, proto);
      case KIND_NOT_SET ->
          throw new IllegalArgumentException("publisher event: no known kind is set");
    };
  }

  static PublishOutcome outcome(PublishBatchLandedProto proto) {
    return new PublishOutcome(
        DealCodec.cid(proto.getMessage()),
        new Epoch(proto.getInclusionEpoch()),
        proto.getPublishedList().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    each -> DealId.parse(each.getDeal()), PublishedDealProto::getChainDealId)),
        proto.getDroppedList().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    each -> DealId.parse(each.getDeal()), DroppedDealProto::getReason)),
        proto.hasFailure() ? Optional.of(failure(proto.getFailure())) : Optional.empty());
  }

  private static PublishFailure failure(PublishFailureProto proto) {
    return new PublishFailure(proto.getReason(), proto.getBlamesDeals());
  }
}
