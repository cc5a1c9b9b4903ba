package io.granary.persistence.codec;

import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.codec.DealCodec;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.ValueCodec;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.wire.DealEventProto;
import io.granary.protocol.wire.PieceVerifiedProto;
import io.granary.protocol.wire.TransferInterruptedProto;
import java.util.Optional;

/** Reads what {@link DealEventWriter} wrote. */
final class DealEventReader {
  private DealEventReader() {}

  static DealEvent read(DealEventProto proto) {
    Stamp stamp = EntityCodec.fromProto(proto.getStamp());
    return switch (proto.getKindCase()) {
      case DEAL_PROPOSED ->
          new DealEvent.DealProposed(stamp, DealCodec.fromProto(proto.getDealProposed()));
      case DEAL_ACCEPTED -> new DealEvent.DealAccepted(stamp);
      case DEAL_REJECTED ->
          new DealEvent.DealRejected(
              stamp,
              DealCodec.fromProto(proto.getDealRejected().getRefusal()),
              proto.getDealRejected().getMessage());
      case DATA_RECEIVED ->
          new DealEvent.DataReceived(
              stamp,
              proto.getDataReceived().getReceivedBytes(),
              proto.getDataReceived().getTotalBytes());
      case TRANSFER_INTERRUPTED -> interrupted(stamp, proto.getTransferInterrupted());
      case TRANSFER_RESTARTED ->
          new DealEvent.TransferRestarted(stamp, proto.getTransferRestarted().getReason());
      case TRANSFER_COMPLETED ->
          new DealEvent.TransferCompleted(stamp, DealCodec.fromProto(proto.getTransferCompleted()));
      case DATA_IMPORTED ->
          new DealEvent.DataImported(stamp, DealCodec.fromProto(proto.getDataImported()));
      case PIECE_VERIFIED -> verified(stamp, proto.getPieceVerified());
      case PIECE_MISMATCHED ->
          new DealEvent.PieceMismatched(
              stamp, ValueCodec.commitmentFromProto(proto.getPieceMismatched().getFound()));
      case PIECE_DAMAGED ->
          new DealEvent.PieceDamaged(
              stamp, ValueCodec.commitmentFromProto(proto.getPieceDamaged().getFound()));
      case PIECE_PLACED ->
          new DealEvent.PiecePlaced(stamp, DealCodec.fromProto(proto.getPiecePlaced()));
      case PIECE_MOVED ->
          new DealEvent.PieceMoved(stamp, DealCodec.fromProto(proto.getPieceMoved()));
      case PUBLICATION_REQUESTED ->
          new DealEvent.PublicationRequested(stamp, proto.getPublicationRequested().getIntentId());
      case PUBLICATION_DROPPED ->
          new DealEvent.PublicationDropped(stamp, proto.getPublicationDropped().getReason());
      case PUBLICATION_LANDED ->
          new DealEvent.PublicationLanded(stamp, DealCodec.fromProto(proto.getPublicationLanded()));
      case PUBLICATION_REVERTED ->
          new DealEvent.PublicationReverted(stamp, proto.getPublicationReverted().getIntentId());
      case PIECE_ADDED -> new DealEvent.PieceAdded(stamp);
      case PIECE_INDEXED -> new DealEvent.PieceIndexed(stamp, proto.getPieceIndexed().getBlocks());
      case PIECE_ANNOUNCED ->
          new DealEvent.PieceAnnounced(
              stamp, DealCodec.cid(proto.getPieceAnnounced().getAdvertisement()));
      case DEAL_ACTIVATED ->
          new DealEvent.DealActivated(stamp, new Epoch(proto.getDealActivated().getActivation()));
      case ACTIVATION_REVERTED -> new DealEvent.ActivationReverted(stamp);
      case STAGING_RELEASED -> new DealEvent.StagingReleased(stamp);
      case DEAL_EXPIRED ->
          new DealEvent.DealExpired(stamp, new Epoch(proto.getDealExpired().getEnd()));
      case DEAL_SLASHED ->
          new DealEvent.DealSlashed(stamp, new Epoch(proto.getDealSlashed().getSlashed()));
      case DEAL_PAID -> new DealEvent.DealPaid(stamp, DealCodec.fromProto(proto.getDealPaid()));
      case DEAL_FAILED ->
          new DealEvent.DealFailed(stamp, DealCodec.fromProto(proto.getDealFailed()));
      case DEAL_RETRIED -> new DealEvent.DealRetried(stamp);
      case KIND_NOT_SET -> throw new IllegalArgumentException("deal event: no known kind is set");
    };
  }

  private static DealEvent verified(Stamp stamp, PieceVerifiedProto proto) {
    return new DealEvent.PieceVerified(
        stamp,
        proto.hasCopy() ? Optional.of(DealCodec.fromProto(proto.getCopy())) : Optional.empty());
  }

  private static DealEvent interrupted(Stamp stamp, TransferInterruptedProto proto) {
    if (!proto.hasRetryNotBefore()) {
      throw new IllegalArgumentException("deal event: an interrupted transfer without a time");
    }
    return new DealEvent.TransferInterrupted(
        stamp, proto.getReason(), EntityCodec.fromProto(proto.getRetryNotBefore()));
  }
}
