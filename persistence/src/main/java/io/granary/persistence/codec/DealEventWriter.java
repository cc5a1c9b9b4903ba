package io.granary.persistence.codec;

import io.granary.protocol.codec.DealCodec;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.ValueCodec;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.wire.ActivationRevertedProto;
import io.granary.protocol.wire.DataReceivedProto;
import io.granary.protocol.wire.DealAcceptedProto;
import io.granary.protocol.wire.DealActivatedProto;
import io.granary.protocol.wire.DealEventProto;
import io.granary.protocol.wire.DealExpiredProto;
import io.granary.protocol.wire.DealPieceAddedProto;
import io.granary.protocol.wire.DealRejectedProto;
import io.granary.protocol.wire.DealRetriedProto;
import io.granary.protocol.wire.DealSlashedProto;
import io.granary.protocol.wire.PieceAnnouncedProto;
import io.granary.protocol.wire.PieceDamagedProto;
import io.granary.protocol.wire.PieceIndexedProto;
import io.granary.protocol.wire.PieceMismatchedProto;
import io.granary.protocol.wire.PieceVerifiedProto;
import io.granary.protocol.wire.PublicationDroppedProto;
import io.granary.protocol.wire.PublicationRequestedProto;
import io.granary.protocol.wire.PublicationRevertedProto;
import io.granary.protocol.wire.StagingReleasedProto;
import io.granary.protocol.wire.TransferInterruptedProto;
import io.granary.protocol.wire.TransferRestartedProto;

/** The kind of an event of a deal; {@link DealEventReader} reads it. */
final class DealEventWriter {
  private DealEventWriter() {}

  /** Sets the kind of {@code event}; one of the four groups of events has it. */
  static void write(DealEvent event, DealEventProto.Builder to) {
    proposal(event, to);
    data(event, to);
    chain(event, to);
    end(event, to);
  }

  private static void proposal(DealEvent event, DealEventProto.Builder to) {
    if (event instanceof DealEvent.DealProposed proposed) {
      to.setDealProposed(DealCodec.toProto(proposed.terms()));
    } else if (event instanceof DealEvent.DealAccepted) {
      to.setDealAccepted(DealAcceptedProto.getDefaultInstance());
    } else if (event instanceof DealEvent.DealRejected rejected) {
      to.setDealRejected(
          DealRejectedProto.newBuilder()
              .setRefusal(DealCodec.toProto(rejected.refusal()))
              .setMessage(rejected.message()));
    } else if (event instanceof DealEvent.DealFailed failed) {
      to.setDealFailed(DealCodec.toProto(failed.failure()));
    } else if (event instanceof DealEvent.DealRetried) {
      to.setDealRetried(DealRetriedProto.getDefaultInstance());
    }
  }

  private static void data(DealEvent event, DealEventProto.Builder to) {
    if (event instanceof DealEvent.DataReceived received) {
      to.setDataReceived(
          DataReceivedProto.newBuilder()
              .setReceivedBytes(received.receivedBytes())
              .setTotalBytes(received.totalBytes()));
    } else if (event instanceof DealEvent.TransferInterrupted interrupted) {
      to.setTransferInterrupted(
          TransferInterruptedProto.newBuilder()
              .setReason(interrupted.reason())
              .setRetryNotBefore(EntityCodec.toProto(interrupted.retryNotBefore())));
    } else if (event instanceof DealEvent.TransferRestarted restarted) {
      to.setTransferRestarted(TransferRestartedProto.newBuilder().setReason(restarted.reason()));
    } else if (event instanceof DealEvent.TransferCompleted completed) {
      to.setTransferCompleted(DealCodec.toProto(completed.file()));
    } else if (event instanceof DealEvent.DataImported imported) {
      to.setDataImported(DealCodec.toProto(imported.file()));
    } else if (event instanceof DealEvent.PieceVerified verified) {
      PieceVerifiedProto.Builder proto = PieceVerifiedProto.newBuilder();
      verified.copy().ifPresent(copy -> proto.setCopy(DealCodec.toProto(copy)));
      to.setPieceVerified(proto);
    } else if (event instanceof DealEvent.PieceMismatched mismatched) {
      to.setPieceMismatched(
          PieceMismatchedProto.newBuilder().setFound(ValueCodec.toProto(mismatched.found())));
    } else if (event instanceof DealEvent.PieceDamaged damaged) {
      to.setPieceDamaged(
          PieceDamagedProto.newBuilder().setFound(ValueCodec.toProto(damaged.found())));
    }
  }

  private static void chain(DealEvent event, DealEventProto.Builder to) {
    if (event instanceof DealEvent.PiecePlaced placed) {
      to.setPiecePlaced(DealCodec.toProto(placed.placement()));
    } else if (event instanceof DealEvent.PieceMoved moved) {
      to.setPieceMoved(DealCodec.toProto(moved.placement()));
    } else if (event instanceof DealEvent.PublicationRequested requested) {
      to.setPublicationRequested(
          PublicationRequestedProto.newBuilder().setIntentId(requested.intentId()));
    } else if (event instanceof DealEvent.PublicationDropped dropped) {
      to.setPublicationDropped(PublicationDroppedProto.newBuilder().setReason(dropped.reason()));
    } else if (event instanceof DealEvent.PublicationLanded landed) {
      to.setPublicationLanded(DealCodec.toProto(landed.publication()));
    } else if (event instanceof DealEvent.PublicationReverted reverted) {
      to.setPublicationReverted(
          PublicationRevertedProto.newBuilder().setIntentId(reverted.intentId()));
    } else if (event instanceof DealEvent.PieceAdded) {
      to.setPieceAdded(DealPieceAddedProto.getDefaultInstance());
    }
  }

  private static void end(DealEvent event, DealEventProto.Builder to) {
    if (event instanceof DealEvent.PieceIndexed indexed) {
      to.setPieceIndexed(PieceIndexedProto.newBuilder().setBlocks(indexed.blocks()));
    } else if (event instanceof DealEvent.PieceAnnounced announced) {
      to.setPieceAnnounced(
          PieceAnnouncedProto.newBuilder()
              .setAdvertisement(DealCodec.toProto(announced.advertisement())));
    } else if (event instanceof DealEvent.DealActivated activated) {
      to.setDealActivated(
          DealActivatedProto.newBuilder().setActivation(activated.activation().value()));
    } else if (event instanceof DealEvent.ActivationReverted) {
      to.setActivationReverted(ActivationRevertedProto.getDefaultInstance());
    } else if (event instanceof DealEvent.StagingReleased) {
      to.setStagingReleased(StagingReleasedProto.getDefaultInstance());
    } else if (event instanceof DealEvent.DealExpired expired) {
      to.setDealExpired(DealExpiredProto.newBuilder().setEnd(expired.end().value()));
    } else if (event instanceof DealEvent.DealSlashed slashed) {
      to.setDealSlashed(DealSlashedProto.newBuilder().setSlashed(slashed.slashed().value()));
    } else if (event instanceof DealEvent.DealPaid paid) {
      to.setDealPaid(DealCodec.toProto(paid.payment()));
    }
  }
}
