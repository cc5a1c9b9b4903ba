package io.granary.protocol.codec;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.actor.VerifiedAllocationKey;
import io.granary.protocol.sector.ExpirationBounds;
import io.granary.protocol.sector.PieceActivation;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import io.granary.protocol.wire.AllocationKeyProto;
import io.granary.protocol.wire.ExpirationBoundsProto;
import io.granary.protocol.wire.PieceActivationProto;
import io.granary.protocol.wire.PieceSourceProto;
import java.util.Optional;

/** A piece of an order and what it activates, as journals and messages hold them. */
public final class PieceSourceCodec {
  private PieceSourceCodec() {}

  public static PieceSourceProto toProto(PieceSource piece) {
    PieceSourceProto.Builder builder =
        PieceSourceProto.newBuilder()
            .setSource(piece.source())
            .setPayloadBytes(piece.payloadBytes())
            .setPaddedBytes(piece.paddedBytes());
    piece.activation().ifPresent(activation -> builder.setActivation(toProto(activation)));
    piece.bounds().ifPresent(bounds -> builder.setBounds(toProto(bounds)));
    piece.commP().ifPresent(commP -> builder.setCommP(ValueCodec.toProto(commP)));
    piece.startEpoch().ifPresent(start -> builder.setStartEpoch(start.value()));
    return builder.build();
  }

  /**
   * Reads {@link #toProto}.
   *
   * @throws IllegalArgumentException for a length that is negative or an activation of nothing
   */
  public static PieceSource fromProto(PieceSourceProto proto) {
    return new PieceSource(
        proto.getSource(),
        ValueCodec.notNegative(proto.getPayloadBytes(), "payload bytes"),
        ValueCodec.notNegative(proto.getPaddedBytes(), "padded bytes"),
        proto.hasActivation() ? Optional.of(fromProto(proto.getActivation())) : Optional.empty(),
        proto.hasBounds() ? Optional.of(fromProto(proto.getBounds())) : Optional.empty(),
        proto.hasCommP()
            ? Optional.of(ValueCodec.commitmentFromProto(proto.getCommP()))
            : Optional.empty(),
        proto.hasStartEpoch() ? Optional.of(new Epoch(proto.getStartEpoch())) : Optional.empty());
  }

  private static ExpirationBoundsProto toProto(ExpirationBounds bounds) {
    ExpirationBoundsProto.Builder builder =
        ExpirationBoundsProto.newBuilder().setEarliest(bounds.earliest().value());
    if (!bounds.latest().equals(ExpirationBounds.UNBOUNDED)) {
      builder.setLatest(bounds.latest().value());
    }
    return builder.build();
  }

  private static ExpirationBounds fromProto(ExpirationBoundsProto proto) {
    return new ExpirationBounds(
        new Epoch(proto.getEarliest()),
        proto.hasLatest() ? new Epoch(proto.getLatest()) : ExpirationBounds.UNBOUNDED);
  }

  private static PieceActivationProto toProto(PieceActivation activation) {
    PieceActivationProto.Builder builder = PieceActivationProto.newBuilder();
    if (activation instanceof PieceActivation.MarketDeal deal) {
      builder.setChainDealId(deal.chainDealId());
    } else if (activation instanceof PieceActivation.VerifiedDeal deal) {
      builder.setChainDealId(deal.chainDealId());
    }
    activation.allocation().ifPresent(key -> builder.setAllocation(toProto(key)));
    return builder.build();
  }

  private static AllocationKeyProto toProto(VerifiedAllocationKey key) {
    return AllocationKeyProto.newBuilder()
        .setClient(key.client().value())
        .setAllocationId(key.allocationId())
        .build();
  }

  private static PieceActivation fromProto(PieceActivationProto proto) {
    AllocationKeyProto key = proto.getAllocation();
    if (proto.hasChainDealId() && proto.hasAllocation()) {
      return new PieceActivation.VerifiedDeal(
          proto.getChainDealId(), new ActorId(key.getClient()), key.getAllocationId());
    } else if (proto.hasChainDealId()) {
      return new PieceActivation.MarketDeal(proto.getChainDealId());
    } else if (proto.hasAllocation()) {
      return new PieceActivation.Claim(new ActorId(key.getClient()), key.getAllocationId());
    }
    throw new IllegalArgumentException("piece activation: neither deal nor allocation");
  }
}
