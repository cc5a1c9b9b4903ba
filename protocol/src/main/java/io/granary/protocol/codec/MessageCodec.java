package io.granary.protocol.codec;

import com.google.protobuf.ByteString;
import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.SectorSize;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deadline.ProvingGrid;
import io.granary.protocol.deadline.ProvingWindow;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.miner.SenderAddresses;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.wire.MessageIntentProto;
import io.granary.protocol.wire.MessagePurposeProto;
import io.granary.protocol.wire.MinerConfigProto;
import io.granary.protocol.wire.ProvingGridProto;
import io.granary.protocol.wire.ProvingWindowProto;
import io.granary.protocol.wire.PurposeSendersProto;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Intents, windows and a miner's configuration, as {@code messages.proto} has them. Reading throws
 * {@link IllegalArgumentException} when a field is missing or out of range.
 */
public final class MessageCodec {
  private MessageCodec() {}

  public static MessageIntentProto toProto(MessageIntent intent) {
    return MessageIntentProto.newBuilder()
        .setIntentId(intent.intentId())
        .setPurpose(toProto(intent.purpose()))
        .setMessage(ValueCodec.toProto(intent.message().toCbor()))
        .setLastUsefulEpoch(intent.lastUsefulEpoch().value())
        .build();
  }

  public static MessageIntent fromProto(MessageIntentProto proto) {
    return new MessageIntent(
        proto.getIntentId(),
        fromProto(proto.getPurpose()),
        Message.fromCbor(ValueCodec.fromProto(proto.getMessage())),
        new Epoch(proto.getLastUsefulEpoch()));
  }

  public static MessagePurposeProto toProto(MessagePurpose purpose) {
    return switch (purpose) {
      case PRE_COMMIT -> MessagePurposeProto.MESSAGE_PURPOSE_PRE_COMMIT;
      case COMMIT -> MessagePurposeProto.MESSAGE_PURPOSE_COMMIT;
      case WINDOW_POST -> MessagePurposeProto.MESSAGE_PURPOSE_WINDOW_POST;
      case RECOVERY -> MessagePurposeProto.MESSAGE_PURPOSE_RECOVERY;
      case FAULT -> MessagePurposeProto.MESSAGE_PURPOSE_FAULT;
      case CREATE_MINER -> MessagePurposeProto.MESSAGE_PURPOSE_CREATE_MINER;
      case REPAY_DEBT -> MessagePurposeProto.MESSAGE_PURPOSE_REPAY_DEBT;
      case FILL_GAP -> MessagePurposeProto.MESSAGE_PURPOSE_FILL_GAP;
      case PUBLISH -> MessagePurposeProto.MESSAGE_PURPOSE_PUBLISH;
      case SETTLE -> MessagePurposeProto.MESSAGE_PURPOSE_SETTLE;
      case OTHER -> MessagePurposeProto.MESSAGE_PURPOSE_OTHER;
    };
  }

  public static MessagePurpose fromProto(MessagePurposeProto proto) {
    return switch (proto) {
      case MESSAGE_PURPOSE_PRE_COMMIT -> MessagePurpose.PRE_COMMIT;
      case MESSAGE_PURPOSE_COMMIT -> MessagePurpose.COMMIT;
      case MESSAGE_PURPOSE_WINDOW_POST -> MessagePurpose.WINDOW_POST;
      case MESSAGE_PURPOSE_RECOVERY -> MessagePurpose.RECOVERY;
      case MESSAGE_PURPOSE_FAULT -> MessagePurpose.FAULT;
      case MESSAGE_PURPOSE_CREATE_MINER -> MessagePurpose.CREATE_MINER;
      case MESSAGE_PURPOSE_REPAY_DEBT -> MessagePurpose.REPAY_DEBT;
      case MESSAGE_PURPOSE_FILL_GAP -> MessagePurpose.FILL_GAP;
      case MESSAGE_PURPOSE_PUBLISH -> MessagePurpose.PUBLISH;
      case MESSAGE_PURPOSE_SETTLE -> MessagePurpose.SETTLE;
      case MESSAGE_PURPOSE_OTHER -> MessagePurpose.OTHER;
      case MESSAGE_PURPOSE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("message purpose: unknown");
    };
  }

  public static ProvingWindowProto toProto(ProvingWindow window) {
    return ProvingWindowProto.newBuilder()
        .setIndex(window.index())
        .setPeriodStart(window.periodStart().value())
        .setFaultCutoff(window.faultCutoff().value())
        .setChallenge(window.challenge().value())
        .setOpen(window.open().value())
        .setClose(window.close().value())
        .build();
  }

  public static ProvingWindow fromProto(ProvingWindowProto proto) {
    return new ProvingWindow(
        ValueCodec.notNegative(proto.getIndex(), "deadline index"),
        new Epoch(proto.getPeriodStart()),
        new Epoch(proto.getFaultCutoff()),
        new Epoch(proto.getChallenge()),
        new Epoch(proto.getOpen()),
        new Epoch(proto.getClose()));
  }

  public static MinerConfigProto toProto(MinerConfig config) {
    ProvingGrid grid = config.grid();
    return MinerConfigProto.newBuilder()
        .setMiner(config.miner().value())
        .setOwner(ValueCodec.toProto(config.owner().bytes()))
        .setWorker(ValueCodec.toProto(config.worker().bytes()))
        .setWorkerKey(ValueCodec.toProto(config.workerKey().bytes()))
        .setSectorSize(config.sectorSize().bytes())
        .setWindowPostProof(config.windowPoStProof().number())
        .setGrid(
            ProvingGridProto.newBuilder()
                .setAnchor(grid.anchor().value())
                .setDeadlines(grid.deadlines())
                .setProvingPeriod(grid.provingPeriod())
                .setChallengeWindow(grid.challengeWindow())
                .setChallengeLookback(grid.challengeLookback())
                .setFaultDeclarationCutoff(grid.faultDeclarationCutoff()))
        .addAllSenders(toProto(config.senders()))
        .build();
  }

  private static List<PurposeSendersProto> toProto(SenderAddresses senders) {
    return senders.byPurpose().entrySet().stream()
        .map(
            each ->
                PurposeSendersProto.newBuilder()
                    .setPurpose(toProto(each.getKey()))
                    .addAllAddresses(
                        each.getValue().stream()
                            .map(address -> ValueCodec.toProto(address.bytes()))
                            .toList())
                    .build())
        .toList();
  }

  private static SenderAddresses senders(List<PurposeSendersProto> protos) {
    return new SenderAddresses(
        protos.stream()
            .collect(
                Collectors.toMap(
                    each -> fromProto(each.getPurpose()),
                    each -> each.getAddressesList().stream().map(MessageCodec::address).toList())));
  }

  public static MinerConfig fromProto(MinerConfigProto proto) {
    ProvingGridProto grid = proto.getGrid();
    return new MinerConfig(
        new ActorId(proto.getMiner()),
        address(proto.getOwner()),
        address(proto.getWorker()),
        address(proto.getWorkerKey()),
        SectorSize.ofBytes(proto.getSectorSize()),
        new RegisteredPoStProof(proto.getWindowPostProof()),
        new ProvingGrid(
            new Epoch(grid.getAnchor()),
            grid.getDeadlines(),
            grid.getProvingPeriod(),
            grid.getChallengeWindow(),
            grid.getChallengeLookback(),
            grid.getFaultDeclarationCutoff()),
        senders(proto.getSendersList()));
  }

  public static Address address(ByteString bytes) {
    return Address.fromBytes(ValueCodec.fromProto(bytes));
  }

  public static List<ByteString> toProto(TipSetKey key) {
    return key.cids().stream().map(cid -> ValueCodec.toProto(cid.bytes())).toList();
  }

  public static TipSetKey tipSetKey(List<ByteString> cids) {
    return new TipSetKey(cids.stream().map(MessageCodec::cid).toList());
  }

  public static Cid cid(ByteString bytes) {
    return new Cid(ValueCodec.fromProto(bytes));
  }
}
