package io.granary.protocol.codec;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.publish.Payable;
import io.granary.protocol.wire.PayableProto;

/**
 * What a provider is to be paid for, as {@code publisher_event.proto} has it. Reading throws {@link
 * IllegalArgumentException} when a field is missing or out of range.
 */
public final class PayableCodec {
  private PayableCodec() {}

  public static PayableProto toProto(Payable payable) {
    return PayableProto.newBuilder()
        .setDeal(payable.deal().toString())
        .setChainDealId(payable.chainDealId())
        .setPricePerEpoch(payable.pricePerEpoch().toString())
        .setCollateral(payable.collateral().toString())
        .setStartEpoch(payable.start().value())
        .setEndEpoch(payable.end().value())
        .setPaidUntil(payable.paidUntil().value())
        .build();
  }

  public static Payable fromProto(PayableProto proto) {
    return new Payable(
        DealId.parse(proto.getDeal()),
        proto.getChainDealId(),
        TokenAmount.parse(proto.getPricePerEpoch()),
        TokenAmount.parse(proto.getCollateral()),
        new Epoch(proto.getStartEpoch()),
        new Epoch(proto.getEndEpoch()),
        new Epoch(proto.getPaidUntil()));
  }
}
