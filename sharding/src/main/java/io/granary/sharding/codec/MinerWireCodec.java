package io.granary.sharding.codec;

import io.granary.protocol.SectorNumber;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.MessageCodec;
import io.granary.protocol.codec.PieceSourceCodec;
import io.granary.protocol.codec.ValueCodec;
import io.granary.protocol.wire.DescribeMinerProto;
import io.granary.protocol.wire.ImportPieceProto;
import io.granary.protocol.wire.MinerCommandProto;
import io.granary.protocol.wire.MinerOverviewProto;
import io.granary.protocol.wire.MinerRejectedProto;
import io.granary.protocol.wire.MinerRejectionProto;
import io.granary.protocol.wire.MinerReplyProto;
import io.granary.protocol.wire.PledgeSectorProto;
import io.granary.protocol.wire.WithdrawPieceProto;
import io.granary.sharding.codec.MoverSerializer.References;
import io.granary.sharding.miner.MinerCommand;
import io.granary.sharding.miner.MinerReply;
import java.util.List;
import java.util.Optional;

/** A miner's words as {@code miner_commands.proto} has them; its own words are refused. */
final class MinerWireCodec {
  private MinerWireCodec() {}

  static MinerCommandProto toProto(MinerCommand command, References references) {
    MinerCommandProto.Builder builder = MinerCommandProto.newBuilder();
    if (command instanceof MinerCommand.HeadSeen seen) {
      builder.setHeadSeen(EntityCodec.toProto(seen.tick()));
    } else if (command instanceof MinerCommand.PledgeSector pledge) {
      builder.setPledgeSector(
          PledgeSectorProto.newBuilder()
              .setOrderId(pledge.orderId())
              .setReplyTo(references.name(pledge.replyTo())));
    } else if (command instanceof MinerCommand.ImportPiece imported) {
      builder.setImportPiece(
          ImportPieceProto.newBuilder()
              .setOrderId(imported.orderId())
              .setPiece(PieceSourceCodec.toProto(imported.piece()))
              .setReplyTo(references.name(imported.replyTo())));
    } else if (command instanceof MinerCommand.SectorInMotion moving) {
      builder.setSectorInMotion(ValueCodec.toProto(moving.sector()));
    } else if (command instanceof MinerCommand.SectorAtRest resting) {
      builder.setSectorAtRest(ValueCodec.toProto(resting.sector()));
    } else if (command instanceof MinerCommand.MessageReported reported) {
      builder.setMessageReported(EntityCodec.toProto(reported.report()));
    } else if (command instanceof MinerCommand.WithdrawPiece withdrawn) {
      builder.setWithdrawPiece(WithdrawPieceProto.newBuilder().setOwner(withdrawn.owner()));
    } else if (command instanceof MinerCommand.Describe describe) {
      builder.setDescribe(
          DescribeMinerProto.newBuilder().setReplyTo(references.name(describe.replyTo())));
    } else {
      throw new IllegalArgumentException(
          command.getClass().getSimpleName() + " is a miner's own and never leaves its node");
    }
    return builder.build();
  }

  static MinerCommand fromProto(MinerCommandProto proto, References references) {
    return switch (proto.getKindCase()) {
      case HEAD_SEEN -> new MinerCommand.HeadSeen(EntityCodec.fromProto(proto.getHeadSeen()));
      case PLEDGE_SECTOR ->
          new MinerCommand.PledgeSector(
              proto.getPledgeSector().getOrderId(),
              references.reference(proto.getPledgeSector().getReplyTo()));
      case IMPORT_PIECE ->
          new MinerCommand.ImportPiece(
              proto.getImportPiece().getOrderId(),
              PieceSourceCodec.fromProto(proto.getImportPiece().getPiece()),
              references.reference(proto.getImportPiece().getReplyTo()));
      case SECTOR_IN_MOTION ->
          new MinerCommand.SectorInMotion(ValueCodec.fromProto(proto.getSectorInMotion()));
      case SECTOR_AT_REST ->
          new MinerCommand.SectorAtRest(ValueCodec.fromProto(proto.getSectorAtRest()));
      case MESSAGE_REPORTED ->
          new MinerCommand.MessageReported(EntityCodec.fromProto(proto.getMessageReported()));
      case DESCRIBE ->
          new MinerCommand.Describe(references.reference(proto.getDescribe().getReplyTo()));
      case WITHDRAW_PIECE -> new MinerCommand.WithdrawPiece(proto.getWithdrawPiece().getOwner());
      case KIND_NOT_SET ->
          throw new IllegalArgumentException("miner command: no known kind is set");
    };
  }

  static MinerReplyProto toProto(MinerReply reply) {
    MinerReplyProto.Builder builder = MinerReplyProto.newBuilder();
    if (reply instanceof MinerReply.Ordered ordered) {
      builder.setOrdered(ValueCodec.toProto(ordered.sector())).setOrderedOffset(ordered.offset());
    } else if (reply instanceof MinerReply.Rejected rejected) {
      builder.setRejected(
          MinerRejectedProto.newBuilder()
              .setCode(
                  switch (rejected.code()) {
                    case NOT_CONFIGURED -> MinerRejectionProto.MINER_REJECTION_NOT_CONFIGURED;
                    case CHAIN_UNREACHABLE -> MinerRejectionProto.MINER_REJECTION_CHAIN_UNREACHABLE;
                    case BAD_PIECE -> MinerRejectionProto.MINER_REJECTION_BAD_PIECE;
                  })
              .setDetail(rejected.detail()));
    } else if (reply instanceof MinerReply.Overview overview) {
      MinerOverviewProto.Builder proto =
          MinerOverviewProto.newBuilder()
              .addAllOrdered(overview.ordered().stream().map(SectorNumber::value).toList())
              .addAllInMotion(overview.inMotion().stream().map(SectorNumber::value).toList())
              .addAllOpen(overview.open().stream().map(SectorNumber::value).toList());
      overview.config().ifPresent(config -> proto.setConfig(MessageCodec.toProto(config)));
      builder.setOverview(proto);
    }
    return builder.build();
  }

  static MinerReply fromProto(MinerReplyProto proto) {
    return switch (proto.getKindCase()) {
      case ORDERED ->
          new MinerReply.Ordered(
              ValueCodec.fromProto(proto.getOrdered()), proto.getOrderedOffset());
      case REJECTED ->
          new MinerReply.Rejected(
              switch (proto.getRejected().getCode()) {
                case MINER_REJECTION_NOT_CONFIGURED -> MinerReply.Rejected.Code.NOT_CONFIGURED;
                case MINER_REJECTION_CHAIN_UNREACHABLE ->
                    MinerReply.Rejected.Code.CHAIN_UNREACHABLE;
                case MINER_REJECTION_BAD_PIECE -> MinerReply.Rejected.Code.BAD_PIECE;
                case MINER_REJECTION_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalArgumentException(
                        "miner rejection: unknown code " + proto.getRejected().getCodeValue());
              },
              proto.getRejected().getDetail());
      case OVERVIEW ->
          new MinerReply.Overview(
              proto.getOverview().hasConfig()
                  ? Optional.of(MessageCodec.fromProto(proto.getOverview().getConfig()))
                  : Optional.empty(),
              numbers(proto.getOverview().getOrderedList()),
              numbers(proto.getOverview().getInMotionList()),
              numbers(proto.getOverview().getOpenList()));
      case KIND_NOT_SET -> throw new IllegalArgumentException("miner reply: no known kind is set");
    };
  }

  private static List<SectorNumber> numbers(List<Long> values) {
    return values.stream().map(SectorNumber::new).toList();
  }
}
