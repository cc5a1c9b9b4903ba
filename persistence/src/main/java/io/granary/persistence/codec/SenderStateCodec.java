package io.granary.persistence.codec;

import com.google.protobuf.CodedInputStream;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.JobCodec;
import io.granary.protocol.codec.MessageCodec;
import io.granary.protocol.codec.ValueCodec;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.sender.IntentState;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.sender.SenderState;
import io.granary.protocol.sender.SpendBook;
import io.granary.protocol.wire.IntentAcceptedStateProto;
import io.granary.protocol.wire.IntentLandedStateProto;
import io.granary.protocol.wire.IntentReservedStateProto;
import io.granary.protocol.wire.IntentSignedStateProto;
import io.granary.protocol.wire.OpenIntentStateProto;
import io.granary.protocol.wire.SenderStateProto;
import io.granary.protocol.wire.SettledIntentStateProto;
import io.granary.protocol.wire.SignedVariantProto;
import io.granary.protocol.wire.SpendBookProto;
import io.granary.protocol.wire.SpentProto;
import java.io.IOException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Snapshots: {@link SenderState} as {@code sender_state.proto} has it. */
public final class SenderStateCodec implements EventCodec<SenderState> {
  static final String MANIFEST = "sender-state.1";

  @Override
  public Class<SenderState> type() {
    return SenderState.class;
  }

  @Override
  public Set<String> manifests() {
    return Set.of(MANIFEST);
  }

  @Override
  public String manifest(SenderState value) {
    return MANIFEST;
  }

  @Override
  public byte[] toBytes(SenderState state) {
    SenderStateProto.Builder builder =
        SenderStateProto.newBuilder().setNextNonce(state.nextNonce());
    state.open().values().forEach(open -> builder.addOpen(toProto(open)));
    state.settled().values().forEach(end -> builder.addSettled(toProto(end)));
    state.reservedBy().ifPresent(builder::setReservedBy);
    SpendBookProto.Builder spent = SpendBookProto.newBuilder().setDay(state.spent().day());
    state
        .spent()
        .atRisk()
        .forEach(
            (purpose, amount) ->
                spent.addSpent(
                    SpentProto.newBuilder()
                        .setPurpose(MessageCodec.toProto(purpose))
                        .setAtRisk(amount.toString())));
    builder.setSpent(spent);
    return builder.build().toByteArray();
  }

  private static OpenIntentStateProto toProto(IntentState.Open open) {
    OpenIntentStateProto.Builder builder =
        OpenIntentStateProto.newBuilder()
            .setIntent(MessageCodec.toProto(open.intent()))
            .setRecipient(JobCodec.toProto(open.recipient()));
    if (open instanceof IntentState.Accepted) {
      builder.setAccepted(IntentAcceptedStateProto.getDefaultInstance());
    } else if (open instanceof IntentState.Reserved reserved) {
      builder.setReserved(
          IntentReservedStateProto.newBuilder()
              .setMessage(ValueCodec.toProto(reserved.message().toCbor())));
    } else if (open instanceof IntentState.Signed signed) {
      builder.setSigned(variants(signed));
    } else if (open instanceof IntentState.Landed landed) {
      builder.setLanded(
          IntentLandedStateProto.newBuilder()
              .setSigned(variants(landed.signed()))
              .setReport(EntityCodec.toProto(landed.report())));
    }
    return builder.build();
  }

  private static IntentSignedStateProto variants(IntentState.Signed signed) {
    IntentSignedStateProto.Builder builder = IntentSignedStateProto.newBuilder();
    for (IntentState.Variant variant : signed.variants()) {
      builder.addVariants(
          SignedVariantProto.newBuilder()
              .setCid(ValueCodec.toProto(variant.cid().bytes()))
              .setMessage(ValueCodec.toProto(variant.message().toCbor()))
              .setSignedAt(variant.signedAt().value()));
    }
    return builder.build();
  }

  private static SettledIntentStateProto toProto(IntentState.Settled end) {
    return SettledIntentStateProto.newBuilder()
        .setRecipient(JobCodec.toProto(end.recipient()))
        .setLastUsefulEpoch(end.lastUsefulEpoch().value())
        .setReport(EntityCodec.toProto(end.report()))
        .build();
  }

  @Override
  public SenderState fromBytes(String manifest, CodedInputStream in) throws IOException {
    SenderStateProto proto = SenderStateProto.parseFrom(in);
    Map<String, IntentState.Open> open = new LinkedHashMap<>();
    for (OpenIntentStateProto each : proto.getOpenList()) {
      IntentState.Open intent = open(each);
      open.put(intent.intent().intentId(), intent);
    }
    Map<String, IntentState.Settled> settled = new LinkedHashMap<>();
    for (SettledIntentStateProto each : proto.getSettledList()) {
      MessageReport report = EntityCodec.fromProto(each.getReport());
      settled.put(
          report.intentId(),
          new IntentState.Settled(
              JobCodec.fromProto(each.getRecipient()),
              new Epoch(each.getLastUsefulEpoch()),
              report));
    }
    Optional<String> reservedBy =
        proto.hasReservedBy() ? Optional.of(proto.getReservedBy()) : Optional.empty();
    if (reservedBy.isPresent() && !(open.get(reservedBy.get()) instanceof IntentState.Reserved)) {
      throw new IllegalArgumentException(
          "sender state: " + reservedBy.get() + " holds no nonce, though it is said to");
    }
    return new SenderState(
        open, settled, proto.getNextNonce(), reservedBy, spent(proto.getSpent()));
  }

  private static SpendBook spent(SpendBookProto proto) {
    Map<MessagePurpose, TokenAmount> atRisk = new EnumMap<>(MessagePurpose.class);
    proto
        .getSpentList()
        .forEach(
            each ->
                atRisk.put(
                    MessageCodec.fromProto(each.getPurpose()),
                    TokenAmount.parse(each.getAtRisk())));
    return new SpendBook(proto.getDay(), atRisk);
  }

  private static IntentState.Open open(OpenIntentStateProto proto) {
    MessageIntent intent = MessageCodec.fromProto(proto.getIntent());
    Recipient recipient = JobCodec.fromProto(proto.getRecipient());
    return switch (proto.getStageCase()) {
      case ACCEPTED -> new IntentState.Accepted(intent, recipient);
      case RESERVED ->
          new IntentState.Reserved(
              intent,
              recipient,
              Message.fromCbor(ValueCodec.fromProto(proto.getReserved().getMessage())));
      case SIGNED -> signed(intent, recipient, proto.getSigned());
      case LANDED -> landed(intent, recipient, proto.getLanded());
      case STAGE_NOT_SET ->
          throw new IllegalArgumentException(
              "sender state: intent " + intent.intentId() + " has no known stage");
    };
  }

  private static IntentState.Signed signed(
      MessageIntent intent, Recipient recipient, IntentSignedStateProto proto) {
    if (proto.getVariantsCount() == 0) {
      throw new IllegalArgumentException(
          "sender state: intent " + intent.intentId() + " is signed and has no signing");
    }
    return new IntentState.Signed(
        intent,
        recipient,
        proto.getVariantsList().stream()
            .map(
                variant ->
                    new IntentState.Variant(
                        MessageCodec.cid(variant.getCid()),
                        SignedMessage.fromCbor(ValueCodec.fromProto(variant.getMessage())),
                        new Epoch(variant.getSignedAt())))
            .toList());
  }

  private static IntentState.Landed landed(
      MessageIntent intent, Recipient recipient, IntentLandedStateProto proto) {
    if (EntityCodec.fromProto(proto.getReport()) instanceof MessageReport.Landed report) {
      return new IntentState.Landed(signed(intent, recipient, proto.getSigned()), report);
    }
    throw new IllegalArgumentException(
        "sender state: intent " + intent.intentId() + " landed with another report");
  }
}
