package io.granary.persistence.codec;

import com.google.protobuf.CodedInputStream;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.Stamp;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.MessageCodec;
import io.granary.protocol.miner.MinerEvent;
import io.granary.protocol.wire.DebtRepaymentAskedProto;
import io.granary.protocol.wire.DebtRepaymentEndedProto;
import io.granary.protocol.wire.MinerEventProto;
import io.granary.protocol.wire.SectorCameToRestProto;
import io.granary.protocol.wire.SectorOrderedProto;
import io.granary.protocol.wire.SectorSetInMotionProto;
import java.io.IOException;
import java.util.Set;

/** {@link MinerEvent} as {@code miner_event.proto} has it. */
public final class MinerEventCodec implements EventCodec<MinerEvent> {
  static final String MANIFEST = "miner-event.1";

  @Override
  public Class<MinerEvent> type() {
    return MinerEvent.class;
  }

  @Override
  public Set<String> manifests() {
    return Set.of(MANIFEST);
  }

  @Override
  public String manifest(MinerEvent value) {
    return MANIFEST;
  }

  @Override
  public byte[] toBytes(MinerEvent event) {
    MinerEventProto.Builder builder =
        MinerEventProto.newBuilder().setStamp(EntityCodec.toProto(event.stamp()));
    if (event instanceof MinerEvent.MinerConfigured configured) {
      builder.setMinerConfigured(MessageCodec.toProto(configured.config()));
    } else if (event instanceof MinerEvent.SectorOrdered ordered) {
      builder.setSectorOrdered(
          SectorOrderedProto.newBuilder()
              .setOrderId(ordered.orderId())
              .setOrder(EntityCodec.toProto(ordered.order())));
    } else if (event instanceof MinerEvent.SectorSetInMotion moving) {
      builder.setSectorSetInMotion(
          SectorSetInMotionProto.newBuilder().setSector(moving.sector().value()));
    } else if (event instanceof MinerEvent.SectorCameToRest resting) {
      builder.setSectorCameToRest(
          SectorCameToRestProto.newBuilder().setSector(resting.sector().value()));
    } else if (event instanceof MinerEvent.DebtRepaymentAsked asked) {
      builder.setDebtRepaymentAsked(
          DebtRepaymentAskedProto.newBuilder()
              .setDebt(asked.debt().toString())
              .setIntent(MessageCodec.toProto(asked.intent())));
    } else if (event instanceof MinerEvent.DebtRepaymentEnded ended) {
      builder.setDebtRepaymentEnded(
          DebtRepaymentEndedProto.newBuilder()
              .setIntentId(ended.intentId())
              .setPaid(ended.paid())
              .setOutcome(ended.outcome()));
    } else {
      PackingCodec.write(builder, event);
    }
    return builder.build().toByteArray();
  }

  @Override
  public MinerEvent fromBytes(String manifest, CodedInputStream in) throws IOException {
    MinerEventProto proto = MinerEventProto.parseFrom(in);
    Stamp stamp = EntityCodec.fromProto(proto.getStamp());
    return switch (proto.getKindCase()) {
      case MINER_CONFIGURED ->
          new MinerEvent.MinerConfigured(MessageCodec.fromProto(proto.getMinerConfigured()), stamp);
      case SECTOR_ORDERED ->
          new MinerEvent.SectorOrdered(
              proto.getSectorOrdered().getOrderId(),
              EntityCodec.fromProto(proto.getSectorOrdered().getOrder()),
              stamp);
      case SECTOR_SET_IN_MOTION ->
          new MinerEvent.SectorSetInMotion(
              new SectorNumber(proto.getSectorSetInMotion().getSector()), stamp);
      case SECTOR_CAME_TO_REST ->
          new MinerEvent.SectorCameToRest(
              new SectorNumber(proto.getSectorCameToRest().getSector()), stamp);
      case DEBT_REPAYMENT_ASKED ->
          new MinerEvent.DebtRepaymentAsked(
              TokenAmount.parse(proto.getDebtRepaymentAsked().getDebt()),
              MessageCodec.fromProto(proto.getDebtRepaymentAsked().getIntent()),
              stamp);
      case DEBT_REPAYMENT_ENDED ->
          new MinerEvent.DebtRepaymentEnded(
              proto.getDebtRepaymentEnded().getIntentId(),
              proto.getDebtRepaymentEnded().getPaid(),
              proto.getDebtRepaymentEnded().getOutcome(),
              stamp);
      case PIECE_PACKED -> PackingCodec.fromProto(proto.getPiecePacked(), stamp);
      case PIECE_WITHDRAWN ->
          new MinerEvent.PieceWithdrawn(
              proto.getPieceWithdrawn().getOrderId(),
              new SectorNumber(proto.getPieceWithdrawn().getSector()),
              stamp);
      case SECTOR_CLOSED ->
          new MinerEvent.SectorClosed(
              new SectorNumber(proto.getSectorClosed().getSector()),
              proto.getSectorClosed().getReason(),
              stamp);
      case KIND_NOT_SET -> throw new IllegalArgumentException("miner event: no known kind is set");
    };
  }
}
