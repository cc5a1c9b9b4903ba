package io.granary.persistence.codec;

import com.google.protobuf.CodedInputStream;
import io.granary.protocol.Stamp;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.JobCodec;
import io.granary.protocol.codec.MessageCodec;
import io.granary.protocol.codec.ValueCodec;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.sender.SenderEvent;
import io.granary.protocol.wire.IntentAcceptedProto;
import io.granary.protocol.wire.MessageConfirmedProto;
import io.granary.protocol.wire.MessageReportProto;
import io.granary.protocol.wire.MessageSignedProto;
import io.granary.protocol.wire.NonceLostProto;
import io.granary.protocol.wire.NonceReleasedProto;
import io.granary.protocol.wire.NonceReservedProto;
import io.granary.protocol.wire.SenderEventProto;
import java.io.IOException;
import java.util.Set;

/** {@link SenderEvent} as {@code sender_event.proto} has it. */
public final class SenderEventCodec implements EventCodec<SenderEvent> {
  static final String MANIFEST = "sender-event.1";

  @Override
  public Class<SenderEvent> type() {
    return SenderEvent.class;
  }

  @Override
  public Set<String> manifests() {
    return Set.of(MANIFEST);
  }

  @Override
  public String manifest(SenderEvent value) {
    return MANIFEST;
  }

  @Override
  public byte[] toBytes(SenderEvent event) {
    SenderEventProto.Builder builder =
        SenderEventProto.newBuilder()
            .setStamp(EntityCodec.toProto(event.stamp()))
            .setIntentId(event.intentId());
    if (event instanceof SenderEvent.IntentAccepted accepted) {
      builder.setIntentAccepted(
          IntentAcceptedProto.newBuilder()
              .setIntent(MessageCodec.toProto(accepted.intent()))
              .setRecipient(JobCodec.toProto(accepted.recipient())));
    } else if (event instanceof SenderEvent.NonceReserved reserved) {
      builder.setNonceReserved(
          NonceReservedProto.newBuilder()
              .setMessage(ValueCodec.toProto(reserved.message().toCbor())));
    } else if (event instanceof SenderEvent.NonceReleased released) {
      builder.setNonceReleased(NonceReleasedProto.newBuilder().setNonce(released.nonce()));
    } else if (event instanceof SenderEvent.MessageSigned signed) {
      builder.setMessageSigned(signed(signed.cid(), signed.message()));
    } else if (event instanceof SenderEvent.MessageReplaced replaced) {
      builder.setMessageReplaced(signed(replaced.cid(), replaced.message()));
    } else if (event instanceof SenderEvent.MessageLanded landed) {
      builder.setMessageLanded(
          EntityCodec.toProto(
              new MessageReport.Landed(
                  landed.intentId(),
                  landed.cid(),
                  landed.receipt(),
                  landed.tipSet(),
                  landed.height(),
                  landed.inclusionEpoch())));
    } else if (event instanceof SenderEvent.MessageReverted reverted) {
      builder.setMessageReverted(
          EntityCodec.toProto(new MessageReport.Reverted(reverted.intentId(), reverted.cid())));
    } else if (event instanceof SenderEvent.MessageConfirmed) {
      builder.setMessageConfirmed(MessageConfirmedProto.getDefaultInstance());
    } else if (event instanceof SenderEvent.NonceLost lost) {
      builder.setNonceLost(NonceLostProto.newBuilder().setNonce(lost.nonce()));
    } else if (event instanceof SenderEvent.IntentGivenUp givenUp) {
      builder.setIntentGivenUp(
          EntityCodec.toProto(
              new MessageReport.GaveUp(givenUp.intentId(), givenUp.kind(), givenUp.reason())));
    }
    return builder.build().toByteArray();
  }

  private static MessageSignedProto signed(Cid cid, SignedMessage message) {
    return MessageSignedProto.newBuilder()
        .setCid(ValueCodec.toProto(cid.bytes()))
        .setMessage(ValueCodec.toProto(message.toCbor()))
        .build();
  }

  @Override
  public SenderEvent fromBytes(String manifest, CodedInputStream in) throws IOException {
    SenderEventProto proto = SenderEventProto.parseFrom(in);
    Stamp stamp = EntityCodec.fromProto(proto.getStamp());
    String id = proto.getIntentId();
    return switch (proto.getKindCase()) {
      case INTENT_ACCEPTED ->
          new SenderEvent.IntentAccepted(
              MessageCodec.fromProto(proto.getIntentAccepted().getIntent()),
              JobCodec.fromProto(proto.getIntentAccepted().getRecipient()),
              stamp);
      case NONCE_RESERVED ->
          new SenderEvent.NonceReserved(
              id,
              Message.fromCbor(ValueCodec.fromProto(proto.getNonceReserved().getMessage())),
              stamp);
      case NONCE_RELEASED ->
          new SenderEvent.NonceReleased(id, proto.getNonceReleased().getNonce(), stamp);
      case MESSAGE_SIGNED ->
          new SenderEvent.MessageSigned(
              id,
              MessageCodec.cid(proto.getMessageSigned().getCid()),
              message(proto.getMessageSigned()),
              stamp);
      case MESSAGE_REPLACED ->
          new SenderEvent.MessageReplaced(
              id,
              MessageCodec.cid(proto.getMessageReplaced().getCid()),
              message(proto.getMessageReplaced()),
              stamp);
      case MESSAGE_LANDED -> landed(proto.getMessageLanded(), stamp);
      case MESSAGE_REVERTED ->
          new SenderEvent.MessageReverted(
              id, MessageCodec.cid(proto.getMessageReverted().getReverted().getMessage()), stamp);
      case MESSAGE_CONFIRMED -> new SenderEvent.MessageConfirmed(id, stamp);
      case NONCE_LOST -> new SenderEvent.NonceLost(id, proto.getNonceLost().getNonce(), stamp);
      case INTENT_GIVEN_UP -> givenUp(proto.getIntentGivenUp(), stamp);
      case KIND_NOT_SET -> throw new IllegalArgumentException("sender event: no known kind is set");
    };
  }

  private static SignedMessage message(MessageSignedProto proto) {
    return SignedMessage.fromCbor(ValueCodec.fromProto(proto.getMessage()));
  }

  private static SenderEvent landed(MessageReportProto proto, Stamp stamp) {
    if (EntityCodec.fromProto(proto) instanceof MessageReport.Landed landed) {
      return new SenderEvent.MessageLanded(
          landed.intentId(),
          landed.message(),
          landed.receipt(),
          landed.tipSet(),
          landed.height(),
          landed.inclusionEpoch(),
          stamp);
    }
    throw new IllegalArgumentException("message landed: holds another report");
  }

  private static SenderEvent givenUp(MessageReportProto proto, Stamp stamp) {
    if (EntityCodec.fromProto(proto) instanceof MessageReport.GaveUp gaveUp) {
      return new SenderEvent.IntentGivenUp(
          gaveUp.intentId(), gaveUp.kind(), gaveUp.reason(), stamp);
    }
    throw new IllegalArgumentException("intent given up: holds another report");
  }
}
