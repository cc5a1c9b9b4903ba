package io.granary.sharding.codec;

import io.granary.protocol.Epoch;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.codec.DealCodec;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.PayableCodec;
import io.granary.protocol.codec.ValueCodec;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.publish.PublicationQuery;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.protocol.wire.AskPublicationProto;
import io.granary.protocol.wire.BatchLandingProto;
import io.granary.protocol.wire.GetPublisherOverviewProto;
import io.granary.protocol.wire.PublicationNotKnownProto;
import io.granary.protocol.wire.PublicationRefusedProto;
import io.granary.protocol.wire.PublicationStandingProto;
import io.granary.protocol.wire.PublicationThereProto;
import io.granary.protocol.wire.PublicationUnderWayProto;
import io.granary.protocol.wire.PublicationWaitingProto;
import io.granary.protocol.wire.PublishedBatchProto;
import io.granary.protocol.wire.PublisherCommandProto;
import io.granary.protocol.wire.PublisherOverviewProto;
import io.granary.protocol.wire.PublisherPauseProto;
import io.granary.protocol.wire.PublisherReplyProto;
import io.granary.protocol.wire.WaitingPublicationProto;
import io.granary.sharding.codec.MoverSerializer.References;
import io.granary.sharding.publish.PublisherCommand;
import io.granary.sharding.publish.PublisherReply;
import java.util.Optional;

/**
 * What publishers are told and answer as {@code publisher_commands.proto} has it; own words are
 * refused.
 */
final class PublisherWireCodec {
  private PublisherWireCodec() {}

  static PublisherCommandProto toProto(PublisherCommand command, References references) {
    PublisherCommandProto.Builder builder = PublisherCommandProto.newBuilder();
    if (command instanceof PublisherCommand.Ask ask) {
      builder.setAsk(toProto(ask, references));
    } else if (command instanceof PublisherCommand.Ticked ticked) {
      builder.setTicked(EntityCodec.toProto(ticked.tick()));
    } else if (command instanceof PublisherCommand.MessageReported reported) {
      builder.setReported(EntityCodec.toProto(reported.report()));
    } else if (command instanceof PublisherCommand.GetOverview get) {
      builder.setGetOverview(
          GetPublisherOverviewProto.newBuilder().setReplyTo(references.name(get.replyTo())));
    } else if (command instanceof PublisherCommand.Register register) {
      builder.setRegister(PayableCodec.toProto(register.payable()));
    } else {
      throw new IllegalArgumentException(
          command.getClass().getSimpleName() + " is a publisher's own and never leaves its node");
    }
    return builder.build();
  }

  private static AskPublicationProto toProto(PublisherCommand.Ask ask, References references) {
    PublicationQuery query = ask.query();
    AskPublicationProto.Builder builder =
        AskPublicationProto.newBuilder()
            .setDeal(query.deal().toString())
            .setSigned(ValueCodec.toProto(query.signed().toCbor()))
            .setReplyTo(references.name(ask.replyTo()));
    query.intentId().ifPresent(builder::setIntentId);
    query.publication().ifPresent(there -> builder.setPublication(DealCodec.toProto(there)));
    return builder.build();
  }

  static PublisherCommand fromProto(PublisherCommandProto proto, References references) {
    return switch (proto.getKindCase()) {
      case ASK ->
          new PublisherCommand.Ask(
              query(proto.getAsk()), references.reference(proto.getAsk().getReplyTo()));
      case TICKED -> new PublisherCommand.Ticked(EntityCodec.fromProto(proto.getTicked()));
      case REPORTED ->
          new PublisherCommand.MessageReported(EntityCodec.fromProto(proto.getReported()));
      case GET_OVERVIEW ->
          new PublisherCommand.GetOverview(
              references.reference(proto.getGetOverview().getReplyTo()));
      case REGISTER -> new PublisherCommand.Register(PayableCodec.fromProto(proto.getRegister()));
      case KIND_NOT_SET ->
          throw new IllegalArgumentException("publisher command: no known kind is set");
    };
  }

  private static PublicationQuery query(AskPublicationProto proto) {
    return new PublicationQuery(
        DealId.parse(proto.getDeal()),
        ClientDealProposal.fromCbor(ValueCodec.fromProto(proto.getSigned())),
        proto.hasIntentId() ? Optional.of(proto.getIntentId()) : Optional.empty(),
        proto.hasPublication()
            ? Optional.of(DealCodec.fromProto(proto.getPublication()))
            : Optional.empty());
  }

  static PublicationStandingProto toProto(PublicationStanding standing) {
    PublicationStandingProto.Builder builder = PublicationStandingProto.newBuilder();
    if (standing instanceof PublicationStanding.Waiting waiting) {
      builder.setWaiting(PublicationWaitingProto.newBuilder().setReason(waiting.reason()));
    } else if (standing instanceof PublicationStanding.UnderWay underWay) {
      builder.setUnderWay(PublicationUnderWayProto.newBuilder().setIntentId(underWay.intentId()));
    } else if (standing instanceof PublicationStanding.Landed landed) {
      builder.setLanded(
          PublicationThereProto.newBuilder()
              .setIntentId(landed.intentId())
              .setPublication(DealCodec.toProto(landed.publication()))
              .setFirm(landed.firm()));
    } else if (standing instanceof PublicationStanding.Refused refused) {
      builder.setRefused(PublicationRefusedProto.newBuilder().setReason(refused.reason()));
    } else if (standing instanceof PublicationStanding.NotKnown) {
      builder.setNotKnown(PublicationNotKnownProto.getDefaultInstance());
    }
    return builder.build();
  }

  static PublicationStanding fromProto(PublicationStandingProto proto) {
    return switch (proto.getKindCase()) {
      case WAITING -> new PublicationStanding.Waiting(proto.getWaiting().getReason());
      case UNDER_WAY -> new PublicationStanding.UnderWay(proto.getUnderWay().getIntentId());
      case LANDED ->
          new PublicationStanding.Landed(
              proto.getLanded().getIntentId(),
              DealCodec.fromProto(proto.getLanded().getPublication()),
              proto.getLanded().getFirm());
      case REFUSED -> new PublicationStanding.Refused(proto.getRefused().getReason());
      case NOT_KNOWN -> new PublicationStanding.NotKnown();
      case KIND_NOT_SET ->
          throw new IllegalArgumentException("publication standing: no known kind is set");
    };
  }

  static PublisherReplyProto toProto(PublisherReply reply) {
    PublisherReply.Overview overview = (PublisherReply.Overview) reply;
    PublisherOverviewProto.Builder builder =
        PublisherOverviewProto.newBuilder().setWaiting(overview.waiting());
    overview.deals().forEach(deal -> builder.addDeals(toProto(deal)));
    overview.batches().forEach(batch -> builder.addBatches(toProto(batch)));
    overview
        .pause()
        .ifPresent(
            pause ->
                builder.setPause(
                    PublisherPauseProto.newBuilder()
                        .setUntil(pause.until().value())
                        .setReason(pause.reason())));
    return PublisherReplyProto.newBuilder().setOverview(builder).build();
  }

  private static WaitingPublicationProto toProto(PublisherReply.Waiting deal) {
    WaitingPublicationProto.Builder builder =
        WaitingPublicationProto.newBuilder()
            .setDeal(deal.deal().toString())
            .setSince(EntityCodec.toProto(deal.since()))
            .setDrops(deal.drops())
            .setReason(deal.reason());
    deal.heldUntil().ifPresent(until -> builder.setHeldUntil(until.value()));
    return builder.build();
  }

  private static PublishedBatchProto toProto(PublisherReply.Batch batch) {
    PublishedBatchProto.Builder builder =
        PublishedBatchProto.newBuilder()
            .setIntentId(batch.intentId())
            .addAllDeals(batch.deals().stream().map(DealId::toString).toList())
            .setSettled(batch.settled());
    batch
        .landing()
        .ifPresent(
            landing ->
                builder.setLanding(
                    BatchLandingProto.newBuilder()
                        .setMessage(DealCodec.toProto(landing.message()))
                        .setInclusionEpoch(landing.inclusionEpoch().value())
                        .setPublished(landing.published())
                        .setFailure(landing.failure())));
    return builder.build();
  }

  static PublisherReply fromProto(PublisherReplyProto proto) {
    return switch (proto.getKindCase()) {
      case OVERVIEW -> overview(proto.getOverview());
      case KIND_NOT_SET ->
          throw new IllegalArgumentException("publisher reply: no known kind is set");
    };
  }

  private static PublisherReply.Overview overview(PublisherOverviewProto proto) {
    return new PublisherReply.Overview(
        proto.getWaiting(),
        proto.getDealsList().stream().map(PublisherWireCodec::waiting).toList(),
        proto.getBatchesList().stream().map(PublisherWireCodec::batch).toList(),
        proto.hasPause()
            ? Optional.of(
                new PublisherReply.Pause(
                    new Epoch(proto.getPause().getUntil()), proto.getPause().getReason()))
            : Optional.empty());
  }

  private static PublisherReply.Waiting waiting(WaitingPublicationProto proto) {
    return new PublisherReply.Waiting(
        DealId.parse(proto.getDeal()),
        EntityCodec.fromProto(proto.getSince()),
        proto.getDrops(),
        proto.getReason(),
        proto.hasHeldUntil() ? Optional.of(new Epoch(proto.getHeldUntil())) : Optional.empty());
  }

  private static PublisherReply.Batch batch(PublishedBatchProto proto) {
    return new PublisherReply.Batch(
        proto.getIntentId(),
        proto.getDealsList().stream().map(DealId::parse).toList(),
        proto.hasLanding()
            ? Optional.of(
                new PublisherReply.Landing(
                    DealCodec.cid(proto.getLanding().getMessage()),
                    new Epoch(proto.getLanding().getInclusionEpoch()),
                    proto.getLanding().getPublished(),
                    proto.getLanding().getFailure()))
            : Optional.empty(),
        proto.getSettled());
  }
}
