package io.granary.sharding.codec;

import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.JobCodec;
import io.granary.protocol.codec.MessageCodec;
import io.granary.protocol.wire.DescribeSenderProto;
import io.granary.protocol.wire.SenderCommandProto;
import io.granary.protocol.wire.SenderHeadProto;
import io.granary.protocol.wire.SenderReplyProto;
import io.granary.protocol.wire.SubmitIntentProto;
import io.granary.sharding.codec.MoverSerializer.References;
import io.granary.sharding.sender.SenderCommand;
import io.granary.sharding.sender.SenderReply;

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
      builder.setHead(
          SenderHeadProto.newBuilder()
              .setTick(EntityCodec.toProto(seen.tick()))
              .setProvesFrom(seen.provesFrom()));
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
      case HEAD_SEEN ->
          new SenderCommand.HeadSeen(EntityCodec.fromProto(proto.getHeadSeen()), false);
      case HEAD ->
          new SenderCommand.HeadSeen(
              EntityCodec.fromProto(proto.getHead().getTick()), proto.getHead().getProvesFrom());
      case DESCRIBE ->
          new SenderCommand.Describe(references.reference(proto.getDescribe().getReplyTo()));
      case KIND_NOT_SET ->
          throw new IllegalArgumentException("sender command: no known kind is set");
    };
  }

  static SenderReplyProto toProto(SenderReply reply) {
    return SenderReplyProto.newBuilder()
        .setOverview(SenderOverviewCodec.toProto((SenderReply.Overview) reply))
        .build();
  }

  static SenderReply fromProto(SenderReplyProto proto) {
    return switch (proto.getKindCase()) {
      case OVERVIEW -> SenderOverviewCodec.fromProto(proto.getOverview());
      case KIND_NOT_SET -> throw new IllegalArgumentException("sender reply: no known kind is set");
    };
  }
}
