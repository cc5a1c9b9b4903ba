package io.granary.protocol.codec;

import com.google.protobuf.ByteString;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.FileLocation;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.job.SectorFileType;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.wire.BlobRefProto;
import io.granary.protocol.wire.FileLocationProto;
import io.granary.protocol.wire.PieceInfoProto;
import io.granary.protocol.wire.ReplicaRefProto;
import io.granary.protocol.wire.SectorIdProto;
import java.util.List;

/**
 * The values of {@code common.proto}. Reading throws {@link IllegalArgumentException} when a field
 * is missing or out of range.
 */
public final class ValueCodec {
  private ValueCodec() {}

  public static ByteString toProto(Bytes bytes) {
    return ByteString.copyFrom(bytes.toArray());
  }

  public static Bytes fromProto(ByteString bytes) {
    return Bytes.of(bytes.toByteArray());
  }

  public static ByteString toProto(Commitment commitment) {
    return toProto(commitment.bytes());
  }

  public static Commitment commitmentFromProto(ByteString bytes) {
    return new Commitment(fromProto(bytes));
  }

  public static SectorIdProto toProto(SectorId id) {
    return SectorIdProto.newBuilder()
        .setMiner(id.miner().value())
        .setNumber(id.number().value())
        .build();
  }

  public static SectorId fromProto(SectorIdProto proto) {
    return SectorId.of(proto.getMiner(), proto.getNumber());
  }

  public static PieceInfoProto toProto(PieceInfo piece) {
    return PieceInfoProto.newBuilder()
        .setCommP(toProto(piece.commP()))
        .setPaddedBytes(piece.paddedBytes())
        .build();
  }

  public static PieceInfo fromProto(PieceInfoProto proto) {
    return new PieceInfo(commitmentFromProto(proto.getCommP()), proto.getPaddedBytes());
  }

  public static List<PieceInfoProto> piecesToProto(List<PieceInfo> pieces) {
    return pieces.stream().map(ValueCodec::toProto).toList();
  }

  public static List<PieceInfo> piecesFromProto(List<PieceInfoProto> protos) {
    return protos.stream().map(ValueCodec::fromProto).toList();
  }

  public static FileLocationProto toProto(FileLocation location) {
    return FileLocationProto.newBuilder()
        .setStorageId(location.storageId())
        .setType(location.type().folder())
        .build();
  }

  public static FileLocation fromProto(FileLocationProto proto) {
    for (SectorFileType type : SectorFileType.values()) {
      if (type.folder().equals(proto.getType())) {
        return new FileLocation(proto.getStorageId(), type);
      }
    }
    throw new IllegalArgumentException(
        "file location: no sector file type is called '" + proto.getType() + "'");
  }

  public static BlobRefProto toProto(BlobRef blob) {
    return BlobRefProto.newBuilder()
        .setStorageId(blob.storageId())
        .setPath(blob.path())
        .setLength(blob.length())
        .setSha256(toProto(blob.sha256()))
        .build();
  }

  public static BlobRef fromProto(BlobRefProto proto) {
    return new BlobRef(
        proto.getStorageId(),
        proto.getPath(),
        notNegative(proto.getLength(), "blob length"),
        fromProto(proto.getSha256()).requireLength(32, "blob sha256"));
  }

  public static ReplicaRefProto toProto(ReplicaRef replica) {
    return ReplicaRefProto.newBuilder()
        .setNumber(replica.number().value())
        .setSealProof(replica.sealProof().number())
        .setSealed(toProto(replica.sealed()))
        .build();
  }

  public static ReplicaRef fromProto(ReplicaRefProto proto) {
    return new ReplicaRef(
        new SectorNumber(proto.getNumber()),
        new RegisteredSealProof(proto.getSealProof()),
        commitmentFromProto(proto.getSealed()));
  }

  /** {@code value}, which a uint64 field above 2^63 − 1 would show as negative. */
  static long notNegative(long value, String field) {
    if (value < 0) {
      throw new IllegalArgumentException(field + ": above 2^63 - 1");
    }
    return value;
  }
}
