package io.granary.sharding.codec;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.codec.MessageCodec;
import io.granary.protocol.codec.ValueCodec;
import io.granary.protocol.wire.IntentSigningProto;
import io.granary.protocol.wire.OpenIntentProto;
import io.granary.protocol.wire.SenderOverviewProto;
import io.granary.protocol.wire.SenderStandingProto;
import io.granary.protocol.wire.SpentTodayProto;
import io.granary.protocol.wire.WaitReasonProto;
import io.granary.sharding.sender.SenderReply;
import io.granary.sharding.sender.WaitReason;
import java.util.Optional;

/** A sender's overview as {@code sender_commands.proto} has it. */
final class SenderOverviewCodec {
  private SenderOverviewCodec() {}

  static SenderOverviewProto toProto(SenderReply.Overview overview) {
    SenderOverviewProto.Builder builder =
        SenderOverviewProto.newBuilder()
            .setAddress(ValueCodec.toProto(overview.address().bytes()))
            .setNextNonce(overview.nextNonce());
    overview
        .market()
        .ifPresent(
            market ->
                builder.setMarket(
                    SenderStandingProto.newBuilder()
                        .setAt(market.at().value())
                        .setBaseFee(market.baseFee().toString())
                        .setBalance(market.balance().toString())
                        .setReserve(market.reserve().toString())
                        .setChainNonce(market.chainNonce())));
    for (SenderReply.Spent spent : overview.spent()) {
      builder.addSpent(
          SpentTodayProto.newBuilder()
              .setPurpose(MessageCodec.toProto(spent.purpose()))
              .setAtRisk(spent.atRisk().toString())
              .setMax(spent.max().toString()));
    }
    overview.open().forEach(open -> builder.addOpen(toProto(open)));
    return builder.build();
  }

  private static OpenIntentProto toProto(SenderReply.OpenIntent open) {
    OpenIntentProto.Builder intent =
        OpenIntentProto.newBuilder()
            .setIntentId(open.intentId())
            .setPurpose(MessageCodec.toProto(open.purpose()))
            .setState(open.state())
            .setLastUsefulEpoch(open.lastUsefulEpoch().value())
            .setWaitsFor(WaitReasonProto.valueOf("WAIT_REASON_" + open.waitsFor().name()))
            .setDetail(open.detail());
    open.signed()
        .ifPresent(
            signed ->
                intent.setSigned(
                    IntentSigningProto.newBuilder()
                        .setNonce(signed.nonce())
                        .setMessage(ValueCodec.toProto(signed.message().bytes()))
                        .setGasLimit(signed.gasLimit())
                        .setFeeCap(signed.feeCap().toString())
                        .setPremium(signed.premium().toString())
                        .setSignings(signed.signings())));
    return intent.build();
  }

  static SenderReply.Overview fromProto(SenderOverviewProto proto) {
    return new SenderReply.Overview(
        MessageCodec.address(proto.getAddress()),
        proto.getNextNonce(),
        proto.hasMarket() ? Optional.of(standing(proto.getMarket())) : Optional.empty(),
        proto.getSpentList().stream()
            .map(
                spent ->
                    new SenderReply.Spent(
                        MessageCodec.fromProto(spent.getPurpose()),
                        TokenAmount.parse(spent.getAtRisk()),
                        TokenAmount.parse(spent.getMax())))
            .toList(),
        proto.getOpenList().stream().map(SenderOverviewCodec::open).toList());
  }

  private static SenderReply.Standing standing(SenderStandingProto proto) {
    return new SenderReply.Standing(
        new Epoch(proto.getAt()),
        TokenAmount.parse(proto.getBaseFee()),
        TokenAmount.parse(proto.getBalance()),
        TokenAmount.parse(proto.getReserve()),
        proto.getChainNonce());
  }

  private static SenderReply.OpenIntent open(OpenIntentProto proto) {
    return new SenderReply.OpenIntent(
        proto.getIntentId(),
        MessageCodec.fromProto(proto.getPurpose()),
        proto.getState(),
        new Epoch(proto.getLastUsefulEpoch()),
        proto.hasSigned() ? Optional.of(signing(proto.getSigned())) : Optional.empty(),
        reason(proto.getWaitsFor()),
        proto.getDetail());
  }

  private static SenderReply.Signing signing(IntentSigningProto proto) {
    return new SenderReply.Signing(
        proto.getNonce(),
        MessageCodec.cid(proto.getMessage()),
        proto.getGasLimit(),
        TokenAmount.parse(proto.getFeeCap()),
        TokenAmount.parse(proto.getPremium()),
        proto.getSignings());
  }

  private static WaitReason reason(WaitReasonProto proto) {
    if (proto == WaitReasonProto.WAIT_REASON_UNSPECIFIED || proto == WaitReasonProto.UNRECOGNIZED) {
      throw new IllegalArgumentException("wait reason: unknown");
    }
    return WaitReason.valueOf(proto.name().substring("WAIT_REASON_".length()));
  }
}
