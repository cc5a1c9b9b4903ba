package io.granary.persistence.codec;

import com.google.protobuf.CodedInputStream;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.MessageCodec;
import io.granary.protocol.codec.ValueCodec;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.publish.EscrowBook;
import io.granary.protocol.publish.PaymentBook;
import io.granary.protocol.publish.PublishBatch;
import io.granary.protocol.publish.PublisherState;
import io.granary.protocol.publish.WaitingDeal;
import io.granary.protocol.wire.EscrowBookProto;
import io.granary.protocol.wire.PublishBatchProto;
import io.granary.protocol.wire.PublisherStateProto;
import io.granary.protocol.wire.WaitingDealProto;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Snapshots: a publisher as {@code publisher_state.proto} has it. */
public final class PublisherStateCodec implements EventCodec<PublisherState> {
  static final String MANIFEST = "publisher-state.1";

  @Override
  public Class<PublisherState> type() {
    return PublisherState.class;
  }

  @Override
  public Set<String> manifests() {
    return Set.of(MANIFEST);
  }

  @Override
  public String manifest(PublisherState value) {
    return MANIFEST;
  }

  @Override
  public byte[] toBytes(PublisherState state) {
    PublisherStateProto.Builder builder =
        PublisherStateProto.newBuilder()
            .setRequested(state.requested())
            .setEscrow(toProto(state.escrow()))
            .setPayments(PaymentValues.toProto(state.payments()));
    state.queue().forEach((deal, waiting) -> builder.addQueue(toProto(deal, waiting)));
    state.batches().values().forEach(batch -> builder.addBatches(toProto(batch)));
    return builder.build().toByteArray();
  }

  private static EscrowBookProto toProto(EscrowBook escrow) {
    EscrowBookProto.Builder builder =
        EscrowBookProto.newBuilder()
            .setTopUps(escrow.topUps())
            .setDay(escrow.day())
            .setAskedThatDay(escrow.askedThatDay().toString());
    escrow.open().ifPresent(intent -> builder.setOpen(MessageCodec.toProto(intent)));
    return builder.build();
  }

  private static EscrowBook fromProto(EscrowBookProto proto) {
    return new EscrowBook(
        proto.getTopUps(),
        proto.getDay(),
        TokenAmount.parse(proto.getAskedThatDay()),
        proto.hasOpen() ? Optional.of(MessageCodec.fromProto(proto.getOpen())) : Optional.empty());
  }

  private static PublishBatchProto toProto(PublishBatch batch) {
    PublishBatchProto.Builder builder =
        PublishBatchProto.newBuilder()
            .setIntent(MessageCodec.toProto(batch.intent()))
            .setSettled(batch.settled());
    batch.deals().forEach((deal, waiting) -> builder.addDeals(toProto(deal, waiting)));
    batch
        .outcome()
        .ifPresent(
            outcome ->
                builder.setLanded(PublisherEventCodec.toProto(batch.intent().intentId(), outcome)));
    return builder.build();
  }

  private static WaitingDealProto toProto(DealId deal, WaitingDeal waiting) {
    return WaitingDealProto.newBuilder()
        .setDeal(deal.toString())
        .setSigned(ValueCodec.toProto(waiting.signed().toCbor()))
        .setSince(EntityCodec.toProto(waiting.since()))
        .setBatchMax(waiting.batchMax())
        .setDrops(waiting.drops())
        .setReason(waiting.reason())
        .build();
  }

  @Override
  public PublisherState fromBytes(String manifest, CodedInputStream in) throws IOException {
    PublisherStateProto proto = PublisherStateProto.parseFrom(in);
    Map<String, PublishBatch> batches = new LinkedHashMap<>();
    for (PublishBatchProto each : proto.getBatchesList()) {
      PublishBatch batch = fromProto(each);
      batches.put(batch.intent().intentId(), batch);
    }
    return new PublisherState(
        deals(proto.getQueueList()),
        batches,
        proto.getRequested(),
        proto.hasEscrow() ? fromProto(proto.getEscrow()) : EscrowBook.EMPTY,
        proto.hasPayments() ? PaymentValues.fromProto(proto.getPayments()) : PaymentBook.EMPTY);
  }

  private static PublishBatch fromProto(PublishBatchProto proto) {
    if (!proto.hasIntent()) {
      throw new IllegalArgumentException("publisher: a batch has no intent");
    }
    return new PublishBatch(
        MessageCodec.fromProto(proto.getIntent()),
        deals(proto.getDealsList()),
        proto.hasLanded()
            ? Optional.of(PublisherEventCodec.outcome(proto.getLanded()))
            : Optional.empty(),
        proto.getSettled());
  }

  private static Map<DealId, WaitingDeal> deals(List<WaitingDealProto> protos) {
    Map<DealId, WaitingDeal> deals = new LinkedHashMap<>();
    for (WaitingDealProto proto : protos) {
      deals.put(
          DealId.parse(proto.getDeal()),
          new WaitingDeal(
              ClientDealProposal.fromCbor(ValueCodec.fromProto(proto.getSigned())),
              EntityCodec.fromProto(proto.getSince()),
              proto.getBatchMax(),
              proto.getDrops(),
              proto.getReason()));
    }
    return deals;
  }
}
