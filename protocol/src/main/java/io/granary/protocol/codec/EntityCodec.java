package io.granary.protocol.codec;

import com.google.protobuf.ByteString;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.Stamp;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.sector.SectorObservation;
import io.granary.protocol.sector.SectorOrder;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.wire.FoundFaultyProto;
import io.granary.protocol.wire.GaveUpKindProto;
import io.granary.protocol.wire.GaveUpProto;
import io.granary.protocol.wire.InstantProto;
import io.granary.protocol.wire.LandedProto;
import io.granary.protocol.wire.MessageReportProto;
import io.granary.protocol.wire.ProvenAtProto;
import io.granary.protocol.wire.ReceiptProto;
import io.granary.protocol.wire.RecoveredProto;
import io.granary.protocol.wire.RecoveryDeclaredObservationProto;
import io.granary.protocol.wire.RevertedProto;
import io.granary.protocol.wire.SectorObservationProto;
import io.granary.protocol.wire.SectorOrderProto;
import io.granary.protocol.wire.StampProto;
import io.granary.protocol.wire.TickProto;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What entities tell one another, as {@code entities.proto} has it. Reading throws {@link
 * IllegalArgumentException} when a field is missing or out of range, or a kind unknown.
 */
public final class EntityCodec {
  private static final int NANOS_PER_SECOND = 1_000_000_000;

  private EntityCodec() {}

  public static InstantProto toProto(Instant instant) {
    return InstantProto.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  public static Instant fromProto(InstantProto proto) {
    if (proto.getNanos() < 0 || proto.getNanos() >= NANOS_PER_SECOND) {
      throw new IllegalArgumentException("nanos: expected below 10^9, got " + proto.getNanos());
    }
    try {
      return Instant.ofEpochSecond(proto.getSeconds(), proto.getNanos());
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("seconds: out of range, got " + proto.getSeconds(), e);
    }
  }

  public static StampProto toProto(Stamp stamp) {
    return StampProto.newBuilder()
        .setEpoch(stamp.epoch().value())
        .setTime(toProto(stamp.time()))
        .setNode(stamp.node())
        .build();
  }

  public static Stamp fromProto(StampProto proto) {
    if (!proto.hasTime()) {
      throw new IllegalArgumentException("stamp: has no time");
    }
    return new Stamp(new Epoch(proto.getEpoch()), fromProto(proto.getTime()), proto.getNode());
  }

  public static TickProto toProto(Tick tick) {
    return TickProto.newBuilder()
        .setEpoch(tick.epoch().value())
        .addAllHead(keyToProto(tick.head()))
        .setNow(toProto(tick.now()))
        .build();
  }

  public static Tick fromProto(TickProto proto) {
    if (!proto.hasNow()) {
      throw new IllegalArgumentException("tick: has no time");
    }
    return new Tick(
        new Epoch(proto.getEpoch()), keyFromProto(proto.getHeadList()), fromProto(proto.getNow()));
  }

  private static List<ByteString> keyToProto(TipSetKey key) {
    return key.cids().stream().map(cid -> ValueCodec.toProto(cid.bytes())).toList();
  }

  private static TipSetKey keyFromProto(List<ByteString> cids) {
    return new TipSetKey(cids.stream().map(EntityCodec::cid).toList());
  }

  private static Cid cid(ByteString bytes) {
    return new Cid(ValueCodec.fromProto(bytes));
  }

  public static SectorOrderProto toProto(SectorOrder order) {
    SectorOrderProto.Builder builder =
        SectorOrderProto.newBuilder()
            .setSector(ValueCodec.toProto(order.sector()))
            .setSealProof(order.sealProof().number());
    for (SectorOrder.PieceSource piece : order.pieces()) {
      builder.addPieces(PieceSourceCodec.toProto(piece));
    }
    return builder.build();
  }

  public static SectorOrder fromProto(SectorOrderProto proto) {
    if (!proto.hasSector()) {
      throw new IllegalArgumentException("sector order: has no sector");
    }
    return new SectorOrder(
        ValueCodec.fromProto(proto.getSector()),
        new RegisteredSealProof(proto.getSealProof()),
        proto.getPiecesList().stream().map(PieceSourceCodec::fromProto).toList());
  }

  public static SectorObservationProto toProto(SectorObservation seen) {
    SectorObservationProto.Builder builder =
        SectorObservationProto.newBuilder().setEpoch(seen.epoch().value());
    if (seen instanceof SectorObservation.ProvenAt proven) {
      builder.setProvenAt(ProvenAtProto.newBuilder().setPeriodStart(proven.periodStart().value()));
    } else if (seen instanceof SectorObservation.FoundFaulty found) {
      FoundFaultyProto.Builder faulty = FoundFaultyProto.newBuilder().setReason(found.reason());
      found.challenge().ifPresent(bytes -> faulty.setChallenge(ValueCodec.toProto(bytes)));
      builder.setFoundFaulty(faulty);
    } else if (seen instanceof SectorObservation.RecoveryDeclared) {
      builder.setRecoveryDeclared(RecoveryDeclaredObservationProto.getDefaultInstance());
    } else if (seen instanceof SectorObservation.Recovered) {
      builder.setRecovered(RecoveredProto.getDefaultInstance());
    }
    return builder.build();
  }

  public static SectorObservation fromProto(SectorObservationProto proto) {
    Epoch epoch = new Epoch(proto.getEpoch());
    return switch (proto.getKindCase()) {
      case PROVEN_AT ->
          new SectorObservation.ProvenAt(new Epoch(proto.getProvenAt().getPeriodStart()), epoch);
      case FOUND_FAULTY ->
          new SectorObservation.FoundFaulty(
              proto.getFoundFaulty().getReason(), epoch, challenge(proto.getFoundFaulty()));
      case RECOVERY_DECLARED -> new SectorObservation.RecoveryDeclared(epoch);
      case RECOVERED -> new SectorObservation.Recovered(epoch);
      case KIND_NOT_SET ->
          throw new IllegalArgumentException("sector observation: no known kind is set");
    };
  }

  private static Optional<Bytes> challenge(FoundFaultyProto proto) {
    return proto.hasChallenge()
        ? Optional.of(ValueCodec.fromProto(proto.getChallenge()).requireLength(32, "challenge"))
        : Optional.empty();
  }

  public static MessageReportProto toProto(MessageReport report) {
    MessageReportProto.Builder builder =
        MessageReportProto.newBuilder().setIntentId(report.intentId());
    if (report instanceof MessageReport.Landed landed) {
      builder.setLanded(
          LandedProto.newBuilder()
              .setMessage(ValueCodec.toProto(landed.message().bytes()))
              .setReceipt(receipt(landed.receipt()))
              .addAllTipSet(keyToProto(landed.tipSet()))
              .setHeight(landed.height().value())
              .setInclusionEpoch(landed.inclusionEpoch().value()));
    } else if (report instanceof MessageReport.Reverted reverted) {
      builder.setReverted(
          RevertedProto.newBuilder().setMessage(ValueCodec.toProto(reverted.message().bytes())));
    } else if (report instanceof MessageReport.GaveUp gaveUp) {
      builder.setGaveUp(
          GaveUpProto.newBuilder()
              .setKind(
                  switch (gaveUp.kind()) {
                    case REFUSED -> GaveUpKindProto.GAVE_UP_KIND_REFUSED;
                    case EXPIRED -> GaveUpKindProto.GAVE_UP_KIND_EXPIRED;
                    case TOO_MANY -> GaveUpKindProto.GAVE_UP_KIND_TOO_MANY;
                  })
              .setReason(gaveUp.reason()));
    }
    return builder.build();
  }

  public static MessageReport fromProto(MessageReportProto proto) {
    String intentId = proto.getIntentId();
    return switch (proto.getKindCase()) {
      case LANDED -> {
        LandedProto landed = proto.getLanded();
        yield new MessageReport.Landed(
            intentId,
            cid(landed.getMessage()),
            receipt(landed.getReceipt()),
            keyFromProto(landed.getTipSetList()),
            new Epoch(landed.getHeight()),
            new Epoch(landed.getInclusionEpoch()));
      }
      case REVERTED -> new MessageReport.Reverted(intentId, cid(proto.getReverted().getMessage()));
      case GAVE_UP ->
          new MessageReport.GaveUp(
              intentId,
              switch (proto.getGaveUp().getKind()) {
                case GAVE_UP_KIND_REFUSED -> MessageReport.GaveUp.Kind.REFUSED;
                case GAVE_UP_KIND_EXPIRED -> MessageReport.GaveUp.Kind.EXPIRED;
                case GAVE_UP_KIND_TOO_MANY -> MessageReport.GaveUp.Kind.TOO_MANY;
                case GAVE_UP_KIND_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalArgumentException(
                        "gave up: unknown kind " + proto.getGaveUp().getKindValue());
              },
              proto.getGaveUp().getReason());
      case KIND_NOT_SET ->
          throw new IllegalArgumentException("message report: no known kind is set");
    };
  }

  private static ReceiptProto receipt(Receipt receipt) {
    ReceiptProto.Builder builder =
        ReceiptProto.newBuilder()
            .setExitCode(receipt.exitCode())
            .setReturnValue(ValueCodec.toProto(receipt.returnValue()))
            .setGasUsed(receipt.gasUsed());
    receipt.eventsRoot().ifPresent(root -> builder.setEventsRoot(ValueCodec.toProto(root.bytes())));
    return builder.build();
  }

  private static Receipt receipt(ReceiptProto proto) {
    return new Receipt(
        proto.getExitCode(),
        ValueCodec.fromProto(proto.getReturnValue()),
        proto.getGasUsed(),
        proto.hasEventsRoot() ? Optional.of(cid(proto.getEventsRoot())) : Optional.empty());
  }
}
