package io.granary.persistence.codec;

import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.Stamp;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.PieceSourceCodec;
import io.granary.protocol.codec.ValueCodec;
import io.granary.protocol.miner.MinerEvent;
import io.granary.protocol.miner.OpenSector;
import io.granary.protocol.miner.PackedPiece;
import io.granary.protocol.wire.MinerEventProto;
import io.granary.protocol.wire.OpenSectorProto;
import io.granary.protocol.wire.PackedPieceProto;
import io.granary.protocol.wire.PiecePackedProto;
import io.granary.protocol.wire.PieceWithdrawnProto;
import io.granary.protocol.wire.SectorClosedProto;
import java.util.Optional;

/** Pieces in sectors that are open, as events and snapshots of a miner hold them. */
final class PackingCodec {
  private PackingCodec() {}

  /** Writes {@code event} when it is about such a piece or sector. */
  static void write(MinerEventProto.Builder builder, MinerEvent event) {
    if (event instanceof MinerEvent.PiecePacked packed) {
      PiecePackedProto.Builder proto =
          PiecePackedProto.newBuilder()
              .setSector(ValueCodec.toProto(packed.sector()))
              .setSealProof(packed.sealProof().number())
              .setPiece(toProto(packed.piece()));
      packed.replaces().ifPresent(proto::setReplaces);
      builder.setPiecePacked(proto);
    } else if (event instanceof MinerEvent.PieceWithdrawn left) {
      builder.setPieceWithdrawn(
          PieceWithdrawnProto.newBuilder()
              .setOrderId(left.orderId())
              .setSector(left.sector().value()));
    } else if (event instanceof MinerEvent.SectorClosed closed) {
      builder.setSectorClosed(
          SectorClosedProto.newBuilder()
              .setSector(closed.sector().value())
              .setReason(closed.reason()));
    }
  }

  static MinerEvent.PiecePacked fromProto(PiecePackedProto proto, Stamp stamp) {
    return new MinerEvent.PiecePacked(
        ValueCodec.fromProto(proto.getSector()),
        new RegisteredSealProof(proto.getSealProof()),
        fromProto(proto.getPiece()),
        proto.hasReplaces() ? Optional.of(proto.getReplaces()) : Optional.empty(),
        stamp);
  }

  static OpenSectorProto toProto(OpenSector sector) {
    return OpenSectorProto.newBuilder()
        .setSector(ValueCodec.toProto(sector.sector()))
        .setSealProof(sector.sealProof().number())
        .setOpened(EntityCodec.toProto(sector.opened()))
        .addAllPieces(sector.pieces().stream().map(PackingCodec::toProto).toList())
        .build();
  }

  static OpenSector fromProto(OpenSectorProto proto) {
    return new OpenSector(
        ValueCodec.fromProto(proto.getSector()),
        new RegisteredSealProof(proto.getSealProof()),
        EntityCodec.fromProto(proto.getOpened()),
        proto.getPiecesList().stream().map(PackingCodec::fromProto).toList());
  }

  private static PackedPieceProto toProto(PackedPiece piece) {
    return PackedPieceProto.newBuilder()
        .setOrderId(piece.orderId())
        .setPiece(PieceSourceCodec.toProto(piece.piece()))
        .setOffset(piece.offset())
        .build();
  }

  private static PackedPiece fromProto(PackedPieceProto proto) {
    return new PackedPiece(
        proto.getOrderId(), PieceSourceCodec.fromProto(proto.getPiece()), proto.getOffset());
  }
}
