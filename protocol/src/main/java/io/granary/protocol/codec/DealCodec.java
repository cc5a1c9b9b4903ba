package io.granary.protocol.codec;

import com.google.protobuf.ByteString;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealFailure;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealPayment;
import io.granary.protocol.deal.DealRefusal;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.DealTerms.Contract;
import io.granary.protocol.deal.DealTerms.Delivery;
import io.granary.protocol.deal.Placement;
import io.granary.protocol.deal.Publication;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.deal.Transfer;
import io.granary.protocol.wire.DealFailureKindProto;
import io.granary.protocol.wire.DealFailureProto;
import io.granary.protocol.wire.DealPaymentProto;
import io.granary.protocol.wire.DealRefusalProto;
import io.granary.protocol.wire.DealTermsProto;
import io.granary.protocol.wire.DirectContractProto;
import io.granary.protocol.wire.FetchedDeliveryProto;
import io.granary.protocol.wire.ImportedDeliveryProto;
import io.granary.protocol.wire.MarketContractProto;
import io.granary.protocol.wire.PlacementProto;
import io.granary.protocol.wire.PublicationProto;
import io.granary.protocol.wire.StagedFileProto;
import java.util.Optional;

/**
 * The values of deals, as {@code deal_event.proto} has them. Reading throws {@link
 * IllegalArgumentException} when a field is missing or out of range, or a kind unknown.
 */
public final class DealCodec {
  private static final String REFUSAL_PREFIX = "DEAL_REFUSAL_";

  private DealCodec() {}

  public static DealTermsProto toProto(DealTerms terms) {
    DealTermsProto.Builder builder =
        DealTermsProto.newBuilder()
            .setId(ValueCodec.toProto(terms.id().bytes()))
            .setAnnounce(terms.announce())
            .setKeepUnsealed(terms.keepUnsealed());
    if (terms.contract() instanceof Contract.Market market) {
      builder.setMarket(
          MarketContractProto.newBuilder()
              .setSignedProposal(ValueCodec.toProto(market.signed().toCbor())));
    } else if (terms.contract() instanceof Contract.Direct direct) {
      builder.setDirect(toProto(direct));
    }
    if (terms.delivery() instanceof Delivery.Fetched fetched) {
      Transfer transfer = fetched.transfer();
      builder.setFetched(
          FetchedDeliveryProto.newBuilder()
              .setSize(transfer.size())
              .setType(transfer.type())
              .setParams(ValueCodec.toProto(transfer.params()))
              .setClientId(transfer.clientId()));
    } else if (terms.delivery() instanceof Delivery.Imported) {
      builder.setImported(ImportedDeliveryProto.getDefaultInstance());
    }
    terms.dataRoot().ifPresent(root -> builder.setDataRoot(toProto(root)));
    return builder.build();
  }

  private static DirectContractProto toProto(Contract.Direct direct) {
    DirectContractProto.Builder builder =
        DirectContractProto.newBuilder()
            .setPiece(ValueCodec.toProto(direct.piece()))
            .setClient(ValueCodec.toProto(direct.client().bytes()))
            .setProvider(ValueCodec.toProto(direct.provider().bytes()))
            .setStartEpoch(direct.startEpoch().value())
            .setEndEpoch(direct.endEpoch().value());
    direct.allocation().ifPresent(builder::setAllocation);
    return builder.build();
  }

  public static DealTerms fromProto(DealTermsProto proto) {
    return new DealTerms(
        id(proto.getId()),
        contract(proto),
        delivery(proto),
        proto.hasDataRoot() ? Optional.of(cid(proto.getDataRoot())) : Optional.empty(),
        proto.getAnnounce(),
        proto.getKeepUnsealed());
  }

  private static Contract contract(DealTermsProto proto) {
    return switch (proto.getContractCase()) {
      case MARKET ->
          new Contract.Market(
              ClientDealProposal.fromCbor(
                  ValueCodec.fromProto(proto.getMarket().getSignedProposal())));
      case DIRECT -> direct(proto.getDirect());
      case CONTRACT_NOT_SET ->
          throw new IllegalArgumentException("deal terms: no known contract is set");
    };
  }

  private static Contract.Direct direct(DirectContractProto proto) {
    return new Contract.Direct(
        ValueCodec.fromProto(proto.getPiece()),
        Address.fromBytes(ValueCodec.fromProto(proto.getClient())),
        Address.fromBytes(ValueCodec.fromProto(proto.getProvider())),
        proto.hasAllocation() ? Optional.of(proto.getAllocation()) : Optional.empty(),
        new Epoch(proto.getStartEpoch()),
        new Epoch(proto.getEndEpoch()));
  }

  private static Delivery delivery(DealTermsProto proto) {
    return switch (proto.getDeliveryCase()) {
      case FETCHED ->
          new Delivery.Fetched(
              new Transfer(
                  ValueCodec.notNegative(proto.getFetched().getSize(), "transfer size"),
                  proto.getFetched().getType(),
                  ValueCodec.fromProto(proto.getFetched().getParams()),
                  proto.getFetched().getClientId()));
      case IMPORTED -> new Delivery.Imported();
      case DELIVERY_NOT_SET ->
          throw new IllegalArgumentException("deal terms: no known delivery is set");
    };
  }

  /** The 16 bytes of a deal's id. */
  public static DealId id(ByteString bytes) {
    return DealId.ofBytes(ValueCodec.fromProto(bytes));
  }

  public static StagedFileProto toProto(StagedFile file) {
    return StagedFileProto.newBuilder()
        .setStorageId(file.storageId())
        .setPath(file.path())
        .setPayloadBytes(file.payloadBytes())
        .build();
  }

  public static StagedFile fromProto(StagedFileProto proto) {
    return new StagedFile(
        proto.getStorageId(),
        proto.getPath(),
        ValueCodec.notNegative(proto.getPayloadBytes(), "payload bytes"));
  }

  public static PlacementProto toProto(Placement placement) {
    return PlacementProto.newBuilder()
        .setSector(ValueCodec.toProto(placement.sector()))
        .setOffset(placement.offset())
        .setDamaged(placement.damaged())
        .setSpent(placement.spent())
        .build();
  }

  public static Placement fromProto(PlacementProto proto) {
    if (!proto.hasSector()) {
      throw new IllegalArgumentException("placement: has no sector");
    }
    return new Placement(
        ValueCodec.fromProto(proto.getSector()),
        ValueCodec.notNegative(proto.getOffset(), "offset"),
        proto.getDamaged(),
        proto.getSpent());
  }

  public static PublicationProto toProto(Publication publication) {
    return PublicationProto.newBuilder()
        .setMessage(toProto(publication.message()))
        .setEpoch(publication.epoch().value())
        .setChainDealId(publication.chainDealId())
        .build();
  }

  public static Publication fromProto(PublicationProto proto) {
    return new Publication(
        cid(proto.getMessage()),
        new Epoch(proto.getEpoch()),
        ValueCodec.notNegative(proto.getChainDealId(), "chain deal id"));
  }

  public static DealPaymentProto toProto(DealPayment payment) {
    return DealPaymentProto.newBuilder()
        .setMessage(toProto(payment.message()))
        .setEpoch(payment.epoch().value())
        .setAmount(payment.amount().toString())
        .setCompleted(payment.completed())
        .build();
  }

  public static DealPayment fromProto(DealPaymentProto proto) {
    return new DealPayment(
        cid(proto.getMessage()),
        new Epoch(proto.getEpoch()),
        TokenAmount.parse(proto.getAmount()),
        proto.getCompleted());
  }

  public static DealFailureProto toProto(DealFailure failure) {
    return DealFailureProto.newBuilder()
        .setKind(
            switch (failure.kind()) {
              case RETRYABLE -> DealFailureKindProto.DEAL_FAILURE_KIND_RETRYABLE;
              case FATAL -> DealFailureKindProto.DEAL_FAILURE_KIND_FATAL;
            })
        .setReason(failure.reason())
        .build();
  }

  public static DealFailure fromProto(DealFailureProto proto) {
    DealFailure.Kind kind =
        switch (proto.getKind()) {
          case DEAL_FAILURE_KIND_RETRYABLE -> DealFailure.Kind.RETRYABLE;
          case DEAL_FAILURE_KIND_FATAL -> DealFailure.Kind.FATAL;
          case DEAL_FAILURE_KIND_UNSPECIFIED, UNRECOGNIZED ->
              throw new IllegalArgumentException("deal failure: no known kind is set");
        };
    return new DealFailure(kind, proto.getReason());
  }

  public static DealRefusalProto toProto(DealRefusal refusal) {
    return DealRefusalProto.valueOf(REFUSAL_PREFIX + refusal.name());
  }

  public static DealRefusal fromProto(DealRefusalProto proto) {
    if (proto == DealRefusalProto.UNRECOGNIZED
        || proto == DealRefusalProto.DEAL_REFUSAL_UNSPECIFIED) {
      throw new IllegalArgumentException("deal refusal: no known one is set");
    }
    return DealRefusal.valueOf(proto.name().substring(REFUSAL_PREFIX.length()));
  }

  public static ByteString toProto(Cid cid) {
    return ValueCodec.toProto(cid.bytes());
  }

  public static Cid cid(ByteString bytes) {
    return new Cid(ValueCodec.fromProto(bytes));
  }
}
