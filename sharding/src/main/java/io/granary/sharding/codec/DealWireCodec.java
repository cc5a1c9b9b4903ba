package io.granary.sharding.codec;

import io.granary.protocol.codec.DealCodec;
import io.granary.protocol.codec.DealStateValues;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealVerdict;
import io.granary.protocol.wire.DealAnsweredProto;
import io.granary.protocol.wire.DealCommandProto;
import io.granary.protocol.wire.DealOrderAcceptedProto;
import io.granary.protocol.wire.DealOrderRejectedProto;
import io.granary.protocol.wire.DealPaidProto;
import io.granary.protocol.wire.DealRejectedProto;
import io.granary.protocol.wire.DealRejectionProto;
import io.granary.protocol.wire.DealReplyProto;
import io.granary.protocol.wire.DealStateIsProto;
import io.granary.protocol.wire.DealTickedProto;
import io.granary.protocol.wire.DescribeDealProto;
import io.granary.protocol.wire.ImportDealDataProto;
import io.granary.protocol.wire.ProposeDealProto;
import io.granary.protocol.wire.RetryDealProto;
import io.granary.sharding.codec.MoverSerializer.References;
import io.granary.sharding.deal.DealCommand;
import io.granary.sharding.deal.DealReply;
import java.util.Optional;

/** What deals are told and answer as {@code deal_commands.proto} has it; own words are refused. */
final class DealWireCodec {
  private static final String REJECTION_PREFIX = "DEAL_REJECTION_";

  private DealWireCodec() {}

  static DealCommandProto toProto(DealCommand command, References references) {
    DealCommandProto.Builder builder = DealCommandProto.newBuilder();
    if (command instanceof DealCommand.Propose propose) {
      builder.setPropose(toProto(propose, references));
    } else if (command instanceof DealCommand.Ticked ticked) {
      builder.setTicked(
          DealTickedProto.newBuilder()
              .setTick(EntityCodec.toProto(ticked.tick()))
              .setSince(EntityCodec.toProto(ticked.since())));
    } else if (command instanceof DealCommand.Import order) {
      builder.setImportData(
          ImportDealDataProto.newBuilder()
              .setPath(order.path())
              .setReplyTo(references.name(order.replyTo())));
    } else if (command instanceof DealCommand.Retry retry) {
      builder.setRetry(RetryDealProto.newBuilder().setReplyTo(references.name(retry.replyTo())));
    } else if (command instanceof DealCommand.Describe describe) {
      builder.setDescribe(
          DescribeDealProto.newBuilder().setReplyTo(references.name(describe.replyTo())));
    } else if (command instanceof DealCommand.Paid paid) {
      builder.setPaid(
          DealPaidProto.newBuilder()
              .setPayment(DealCodec.toProto(paid.payment()))
              .setReplyTo(references.name(paid.replyTo())));
    } else {
      throw new IllegalArgumentException(
          command.getClass().getSimpleName() + " is a deal's own and never leaves its node");
    }
    return builder.build();
  }

  private static ProposeDealProto toProto(DealCommand.Propose propose, References references) {
    ProposeDealProto.Builder builder =
        ProposeDealProto.newBuilder()
            .setTerms(DealCodec.toProto(propose.terms()))
            .setReplyTo(references.name(propose.replyTo()));
    propose
        .refused()
        .ifPresent(
            refused ->
                builder.setRefused(
                    DealRejectedProto.newBuilder()
                        .setRefusal(DealCodec.toProto(refused.refusal()))
                        .setMessage(refused.message())));
    return builder.build();
  }

  static DealCommand fromProto(DealCommandProto proto, References references) {
    return switch (proto.getKindCase()) {
      case PROPOSE -> propose(proto.getPropose(), references);
      case TICKED ->
          new DealCommand.Ticked(
              EntityCodec.fromProto(proto.getTicked().getTick()),
              EntityCodec.fromProto(proto.getTicked().getSince()));
      case IMPORT_DATA ->
          new DealCommand.Import(
              proto.getImportData().getPath(),
              references.reference(proto.getImportData().getReplyTo()));
      case RETRY -> new DealCommand.Retry(references.reference(proto.getRetry().getReplyTo()));
      case DESCRIBE ->
          new DealCommand.Describe(references.reference(proto.getDescribe().getReplyTo()));
      case PAID ->
          new DealCommand.Paid(
              DealCodec.fromProto(proto.getPaid().getPayment()),
              references.reference(proto.getPaid().getReplyTo()));
      case KIND_NOT_SET -> throw new IllegalArgumentException("deal command: no known kind is set");
    };
  }

  private static DealCommand propose(ProposeDealProto proto, References references) {
    return new DealCommand.Propose(
        DealCodec.fromProto(proto.getTerms()),
        proto.hasRefused()
            ? Optional.of(
                new DealVerdict.Refused(
                    DealCodec.fromProto(proto.getRefused().getRefusal()),
                    proto.getRefused().getMessage()))
            : Optional.empty(),
        references.reference(proto.getReplyTo()));
  }

  static DealReplyProto toProto(DealReply reply) {
    DealReplyProto.Builder builder = DealReplyProto.newBuilder();
    if (reply instanceof DealReply.Answered answered) {
      builder.setAnswered(
          DealAnsweredProto.newBuilder()
              .setMessage(answered.response().message())
              .setAccepted(answered.response().accepted()));
    } else if (reply instanceof DealReply.Accepted) {
      builder.setAccepted(DealOrderAcceptedProto.getDefaultInstance());
    } else if (reply instanceof DealReply.Rejected rejected) {
      builder.setRejected(
          DealOrderRejectedProto.newBuilder()
              .setCode(DealRejectionProto.valueOf(REJECTION_PREFIX + rejected.code().name()))
              .setDetail(rejected.detail()));
    } else if (reply instanceof DealReply.StateIs is) {
      DealStateIsProto.Builder state =
          DealStateIsProto.newBuilder().setSequence(is.sequence()).setSectorState(is.sectorState());
      is.state().ifPresent(known -> state.setState(DealStateValues.toProto(known)));
      builder.setStateIs(state);
    }
    return builder.build();
  }

  static DealReply fromProto(DealReplyProto proto) {
    return switch (proto.getKindCase()) {
      case ANSWERED ->
          new DealReply.Answered(
              new DealResponse(
                  proto.getAnswered().getMessage(), proto.getAnswered().getAccepted()));
      case ACCEPTED -> new DealReply.Accepted();
      case REJECTED ->
          new DealReply.Rejected(
              code(proto.getRejected().getCode()), proto.getRejected().getDetail());
      case STATE_IS ->
          new DealReply.StateIs(
              proto.getStateIs().hasState()
                  ? Optional.of(DealStateValues.fromProto(proto.getStateIs().getState()))
                  : Optional.empty(),
              proto.getStateIs().getSequence(),
              proto.getStateIs().getSectorState());
      case KIND_NOT_SET -> throw new IllegalArgumentException("deal reply: no known kind is set");
    };
  }

  private static DealReply.Rejected.Code code(DealRejectionProto proto) {
    if (proto == DealRejectionProto.UNRECOGNIZED
        || proto == DealRejectionProto.DEAL_REJECTION_UNSPECIFIED) {
      throw new IllegalArgumentException("deal rejection: no known code is set");
    }
    return DealReply.Rejected.Code.valueOf(proto.name().substring(REJECTION_PREFIX.length()));
  }
}
