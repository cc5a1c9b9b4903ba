package io.granary.sharding.codec;

import io.granary.protocol.Epoch;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.JobCodec;
import io.granary.protocol.codec.MessageCodec;
import io.granary.protocol.codec.ValueCodec;
import io.granary.protocol.wire.DescribeSenderProto;
import io.granary.protocol.wire.OpenIntentProto;
import io.granary.protocol.wire.SenderCommandProto;
import io.granary.protocol.wire.SenderOverviewProto;
import io.granary.protocol.wire.SenderReplyProto;
import io.granary.protocol.wire.SubmitIntentProto;
import io.granary.sharding.codec.MoverSerializer.References;
import io.granary.sharding.sender.SenderCommand;
import io.granary.sharding.sender.SenderReply;
import java.util.Optional;

/** A sender's words as {@code sender_commands.proto} has them; its own words are refused. */
final class SenderWireCodec {
  private SenderWireCodec() {}

  static SenderCommandProto toProto(SenderCommand command, References references) {
    SenderCommandProto.Builder builder = SenderCommandProto.newBuilder();
    if (command instanceof SenderCommand.Submit submit) {
      builder.setSubmit(
          SubmitIntentProto.newBuilder()
              .setIntent(MessageCodec.toProto(submit.intent()))
              .setRecipient(JobCodec.toProto(submit.recipient())));
    } else if (command instanceof SenderCommand.HeadSeen seen) {
      builder.setHeadSeen(EntityCodec.toProto(seen.tick()));
    } else if (command instanceof SenderCommand.Describe describe) {
      builder.setDescribe(
          DescribeSenderProto.newBuilder().setReplyTo(references.name(describe.replyTo())));
    } else {
      throw new IllegalArgumentException(
          command.getClass().getSimpleName() + " is a sender's own and never leaves its node");
    }
    return builder.build();
  }

  static SenderCommand fromProto(SenderCommandProto proto, References references) {
    return switch (proto.getKindCase()) {
      case SUBMIT ->
          new SenderCommand.Submit(
              MessageCodec.fromProto(proto.getSubmit().getIntent()),
              JobCodec.fromProto(proto.getSubmit().getRecipient()));
      case HEAD_SEEN -> new SenderCommand.HeadSeen(EntityCodec.fromProto(proto.getHeadSeen()));
      case DESCRIBE ->
          new SenderCommand.Describe(references.reference(proto.getDescribe().getReplyTo()));
      case KIND_NOT_SET ->
          throw new IllegalArgumentException("sender command: no known kind is set");
    };
  }

  static SenderReplyProto toProto(SenderReply reply) {
    SenderReply.Overview overview = (SenderReply.Overview) reply;
    SenderOverviewProto.Builder builder =
        SenderOverviewProto.newBuilder()
            .setAddress(ValueCodec.toProto(overview.address().bytes()))
            .setNextNonce(overview.nextNonce());
    for (SenderReply.OpenIntent open : overview.open()) {
      OpenIntentProto.Builder intent =
          OpenIntentProto.newBuilder()
              .setIntentId(open.intentId())
              .setPurpose(MessageCodec.toProto(open.purpose()))
              .setState(open.state())
              .setLastUsefulEpoch(open.lastUsefulEpoch().value());
      open.nonce().ifPresent(intent::setNonce);
      open.message().ifPresent(cid -> intent.setMessage(ValueCodec.toProto(cid.bytes())));
      builder.addOpen(intent);
    }
    return SenderReplyProto.newBuilder().setOverview(builder).build();
  }

  static SenderReply fromProto(SenderReplyProto proto) {
    return switch (proto.getKindCase()) {
      case OVERVIEW ->
          new SenderReply.Overview(
              MessageCodec.address(proto.getOverview().getAddress()),
              proto.getOverview().getNextNonce(),
              proto.getOverview().getOpenList().stream().map(SenderWireCodec::open).toList());
      case KIND_NOT_SET -> throw new IllegalArgumentException("sender reply: no known kind is set");
    };
  }

  private static SenderReply.OpenIntent open(OpenIntentProto proto) {
    return new SenderReply.OpenIntent(
        proto.getIntentId(),
        MessageCodec.fromProto(proto.getPurpose()),
        proto.getState(),
        new Epoch(proto.getLastUsefulEpoch()),
        proto.hasNonce() ? Optional.of(proto.getNonce()) : Optional.empty(),
        proto.hasMessage() ? Optional.of(MessageCodec.cid(proto.getMessage())) : Optional.empty());
  }
}
