package io.granary.sharding.codec;

import akka.actor.typed.ActorRef;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.JobCodec;
import io.granary.protocol.wire.CreateSectorProto;
import io.granary.protocol.wire.GetSectorStateProto;
import io.granary.protocol.wire.RemoveSectorProto;
import io.granary.protocol.wire.RetrySectorProto;
import io.granary.protocol.wire.ReviewUnsealedProto;
import io.granary.protocol.wire.SectorCommandProto;
import io.granary.protocol.wire.SummarizeSectorProto;
import io.granary.sharding.sector.SectorCommand;
import io.granary.sharding.sector.SectorReply;
import java.util.function.Function;

/** {@link SectorCommand} as {@code sector_commands.proto} has it; own words are refused. */
final class SectorCommandCodec {
  private SectorCommandCodec() {}

  static SectorCommandProto toProto(
      SectorCommand command, Function<ActorRef<SectorReply>, String> name) {
    SectorCommandProto.Builder builder = SectorCommandProto.newBuilder();
    if (command instanceof SectorCommand.Create create) {
      builder.setCreate(
          CreateSectorProto.newBuilder()
              .setOrder(EntityCodec.toProto(create.order()))
              .setTick(EntityCodec.toProto(create.tick())));
    } else if (command instanceof SectorCommand.Ticked ticked) {
      builder.setTicked(EntityCodec.toProto(ticked.tick()));
    } else if (command instanceof SectorCommand.Observe observe) {
      builder.setObserve(EntityCodec.toProto(observe.observation()));
    } else if (command instanceof SectorCommand.JobReported reported) {
      builder.setJobReported(JobCodec.toProto(reported.report()));
    } else if (command instanceof SectorCommand.MessageReported reported) {
      builder.setMessageReported(EntityCodec.toProto(reported.report()));
    } else if (command instanceof SectorCommand.Retry retry) {
      builder.setRetry(RetrySectorProto.newBuilder().setReplyTo(name.apply(retry.replyTo())));
    } else if (command instanceof SectorCommand.Remove remove) {
      builder.setRemove(
          RemoveSectorProto.newBuilder()
              .setReason(remove.reason())
              .setReplyTo(name.apply(remove.replyTo())));
    } else if (command instanceof SectorCommand.GetState get) {
      builder.setGetState(GetSectorStateProto.newBuilder().setReplyTo(name.apply(get.replyTo())));
    } else if (command instanceof SectorCommand.Summarize) {
      builder.setSummarize(SummarizeSectorProto.getDefaultInstance());
    } else if (command instanceof SectorCommand.ReviewUnsealed) {
      builder.setReviewUnsealed(ReviewUnsealedProto.getDefaultInstance());
    } else {
      throw new IllegalArgumentException(
          command.getClass().getSimpleName() + " is a sector's own and never leaves its node");
    }
    return builder.build();
  }

  static SectorCommand fromProto(
      SectorCommandProto proto, Function<String, ActorRef<SectorReply>> reference) {
    return switch (proto.getKindCase()) {
      case CREATE ->
          new SectorCommand.Create(
              EntityCodec.fromProto(proto.getCreate().getOrder()),
              EntityCodec.fromProto(proto.getCreate().getTick()));
      case TICKED -> new SectorCommand.Ticked(EntityCodec.fromProto(proto.getTicked()));
      case OBSERVE -> new SectorCommand.Observe(EntityCodec.fromProto(proto.getObserve()));
      case JOB_REPORTED ->
          new SectorCommand.JobReported(JobCodec.fromProto(proto.getJobReported()));
      case MESSAGE_REPORTED ->
          new SectorCommand.MessageReported(EntityCodec.fromProto(proto.getMessageReported()));
      case RETRY -> new SectorCommand.Retry(reference.apply(proto.getRetry().getReplyTo()));
      case REMOVE ->
          new SectorCommand.Remove(
              proto.getRemove().getReason(), reference.apply(proto.getRemove().getReplyTo()));
      case GET_STATE ->
          new SectorCommand.GetState(reference.apply(proto.getGetState().getReplyTo()));
      case SUMMARIZE -> new SectorCommand.Summarize();
      case REVIEW_UNSEALED -> new SectorCommand.ReviewUnsealed();
      case KIND_NOT_SET ->
          throw new IllegalArgumentException("sector command: no known kind is set");
    };
  }
}
