package io.granary.sharding.codec;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.JobCodec;
import io.granary.protocol.codec.MessageCodec;
import io.granary.protocol.codec.ValueCodec;
import io.granary.protocol.wire.DeadlineCommandProto;
import io.granary.protocol.wire.DeadlineDoneProto;
import io.granary.protocol.wire.DeadlineHeadSeenProto;
import io.granary.protocol.wire.DeadlineOverviewProto;
import io.granary.protocol.wire.DeadlineRejectedProto;
import io.granary.protocol.wire.DeadlineRejectionProto;
import io.granary.protocol.wire.DeadlineReplyProto;
import io.granary.protocol.wire.DescribeDeadlineProto;
import io.granary.protocol.wire.PartitionStatusProto;
import io.granary.protocol.wire.ReadableAgainProto;
import io.granary.protocol.wire.RehearsalStatusProto;
import io.granary.protocol.wire.RetryPartitionProto;
import io.granary.sharding.codec.MoverSerializer.References;
import io.granary.sharding.deadline.DeadlineCommand;
import io.granary.sharding.deadline.DeadlineReply;
import java.util.Optional;

/** A deadline's words as {@code deadline_commands.proto} has them; its own words are refused. */
final class DeadlineWireCodec {
  private DeadlineWireCodec() {}

  static DeadlineCommandProto toProto(DeadlineCommand command, References references) {
    DeadlineCommandProto.Builder builder = DeadlineCommandProto.newBuilder();
    if (command instanceof DeadlineCommand.HeadSeen seen) {
      builder.setHeadSeen(
          DeadlineHeadSeenProto.newBuilder()
              .setMiner(MessageCodec.toProto(seen.miner()))
              .setTick(EntityCodec.toProto(seen.tick())));
    } else if (command instanceof DeadlineCommand.ReadableAgain again) {
      builder.setReadableAgain(
          ReadableAgainProto.newBuilder()
              .setSector(ValueCodec.toProto(again.sector()))
              .setDeadline(again.location().deadline())
              .setPartition(again.location().partition()));
    } else if (command instanceof DeadlineCommand.JobReported reported) {
      builder.setJobReported(JobCodec.toProto(reported.report()));
    } else if (command instanceof DeadlineCommand.MessageReported reported) {
      builder.setMessageReported(EntityCodec.toProto(reported.report()));
    } else if (command instanceof DeadlineCommand.RetryPartition retry) {
      builder.setRetryPartition(
          RetryPartitionProto.newBuilder()
              .setPartition(retry.partition())
              .setReplyTo(references.name(retry.replyTo())));
    } else if (command instanceof DeadlineCommand.Describe describe) {
      builder.setDescribe(
          DescribeDeadlineProto.newBuilder().setReplyTo(references.name(describe.replyTo())));
    } else {
      throw new IllegalArgumentException(
          command.getClass().getSimpleName() + " is a deadline's own and never leaves its node");
    }
    return builder.build();
  }

  static DeadlineCommand fromProto(DeadlineCommandProto proto, References references) {
    return switch (proto.getKindCase()) {
      case HEAD_SEEN ->
          new DeadlineCommand.HeadSeen(
              MessageCodec.fromProto(proto.getHeadSeen().getMiner()),
              EntityCodec.fromProto(proto.getHeadSeen().getTick()));
      case READABLE_AGAIN ->
          new DeadlineCommand.ReadableAgain(
              ValueCodec.fromProto(proto.getReadableAgain().getSector()),
              new SectorLocation(
                  proto.getReadableAgain().getDeadline(), proto.getReadableAgain().getPartition()));
      case JOB_REPORTED ->
          new DeadlineCommand.JobReported(JobCodec.fromProto(proto.getJobReported()));
      case MESSAGE_REPORTED ->
          new DeadlineCommand.MessageReported(EntityCodec.fromProto(proto.getMessageReported()));
      case RETRY_PARTITION ->
          new DeadlineCommand.RetryPartition(
              proto.getRetryPartition().getPartition(),
              references.reference(proto.getRetryPartition().getReplyTo()));
      case DESCRIBE ->
          new DeadlineCommand.Describe(references.reference(proto.getDescribe().getReplyTo()));
      case KIND_NOT_SET ->
          throw new IllegalArgumentException("deadline command: no known kind is set");
    };
  }

  static DeadlineReplyProto toProto(DeadlineReply reply) {
    DeadlineReplyProto.Builder builder = DeadlineReplyProto.newBuilder();
    if (reply instanceof DeadlineReply.Overview overview) {
      builder.setOverview(overview(overview));
    } else if (reply instanceof DeadlineReply.Rejected rejected) {
      builder.setRejected(
          DeadlineRejectedProto.newBuilder()
              .setCode(
                  switch (rejected.code()) {
                    case NO_RUN -> DeadlineRejectionProto.DEADLINE_REJECTION_NO_RUN;
                    case NO_SUCH_PARTITION ->
                        DeadlineRejectionProto.DEADLINE_REJECTION_NO_SUCH_PARTITION;
                    case NOT_PARKED -> DeadlineRejectionProto.DEADLINE_REJECTION_NOT_PARKED;
                    case NO_HEAD_YET -> DeadlineRejectionProto.DEADLINE_REJECTION_NO_HEAD_YET;
                    case WINDOW_CLOSED -> DeadlineRejectionProto.DEADLINE_REJECTION_WINDOW_CLOSED;
                  })
              .setDetail(rejected.detail()));
    } else {
      builder.setDone(DeadlineDoneProto.getDefaultInstance());
    }
    return builder.build();
  }

  private static DeadlineOverviewProto overview(DeadlineReply.Overview overview) {
    DeadlineOverviewProto.Builder builder =
        DeadlineOverviewProto.newBuilder()
            .setMiner(overview.miner().value())
            .setIndex(overview.index())
            .setFaultySectors(overview.faultySectors())
            .setRecovery(overview.recovery());
    overview.window().ifPresent(window -> builder.setWindow(MessageCodec.toProto(window)));
    for (DeadlineReply.PartitionStatus status : overview.partitions()) {
      builder.addPartitions(
          PartitionStatusProto.newBuilder()
              .setPartition(status.partition())
              .setState(status.state())
              .setSectors(status.sectors())
              .setSkipped(status.skipped())
              .setProblem(status.problem())
              .setProgress(status.progress())
              .setWorker(status.worker())
              .setAttempts(status.attempts())
              .setSlackEpochs(status.slackEpochs()));
    }
    overview.rehearsals().forEach(each -> builder.addRehearsals(toProto(each)));
    return builder.build();
  }

  private static RehearsalStatusProto toProto(DeadlineReply.RehearsalStatus status) {
    return RehearsalStatusProto.newBuilder()
        .setPartition(status.partition())
        .setEpoch(status.epoch().value())
        .setSectors(status.sectors())
        .setFailing(status.failing())
        .addAllReasons(status.reasons())
        .setProblem(status.problem())
        .setWorker(status.worker())
        .setVanillaMillis(status.vanillaMillis())
        .setSnarkMillis(status.snarkMillis())
        .build();
  }

  private static DeadlineReply.RehearsalStatus fromProto(RehearsalStatusProto proto) {
    return new DeadlineReply.RehearsalStatus(
        proto.getPartition(),
        new Epoch(proto.getEpoch()),
        proto.getSectors(),
        proto.getFailing(),
        proto.getReasonsList(),
        proto.getProblem(),
        proto.getWorker(),
        proto.getVanillaMillis(),
        proto.getSnarkMillis());
  }

  static DeadlineReply fromProto(DeadlineReplyProto proto) {
    return switch (proto.getKindCase()) {
      case OVERVIEW -> overview(proto.getOverview());
      case DONE -> new DeadlineReply.Done();
      case REJECTED ->
          new DeadlineReply.Rejected(
              switch (proto.getRejected().getCode()) {
                case DEADLINE_REJECTION_NO_RUN -> DeadlineReply.Rejected.Code.NO_RUN;
                case DEADLINE_REJECTION_NO_SUCH_PARTITION ->
                    DeadlineReply.Rejected.Code.NO_SUCH_PARTITION;
                case DEADLINE_REJECTION_NOT_PARKED -> DeadlineReply.Rejected.Code.NOT_PARKED;
                case DEADLINE_REJECTION_NO_HEAD_YET -> DeadlineReply.Rejected.Code.NO_HEAD_YET;
                case DEADLINE_REJECTION_WINDOW_CLOSED -> DeadlineReply.Rejected.Code.WINDOW_CLOSED;
                case DEADLINE_REJECTION_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalArgumentException(
                        "deadline rejection: unknown code " + proto.getRejected().getCodeValue());
              },
              proto.getRejected().getDetail());
      case KIND_NOT_SET ->
          throw new IllegalArgumentException("deadline reply: no known kind is set");
    };
  }

  private static DeadlineReply.Overview overview(DeadlineOverviewProto proto) {
    return new DeadlineReply.Overview(
        new ActorId(proto.getMiner()),
        proto.getIndex(),
        proto.hasWindow()
            ? Optional.of(MessageCodec.fromProto(proto.getWindow()))
            : Optional.empty(),
        proto.getPartitionsList().stream()
            .map(
                status ->
                    new DeadlineReply.PartitionStatus(
                        status.getPartition(),
                        status.getState(),
                        status.getSectors(),
                        status.getSkipped(),
                        status.getProblem(),
                        status.getProgress(),
                        status.getWorker(),
                        status.getAttempts(),
                        status.getSlackEpochs()))
            .toList(),
        proto.getFaultySectors(),
        proto.getRecovery(),
        proto.getRehearsalsList().stream().map(DeadlineWireCodec::fromProto).toList());
  }
}
