package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.PieceInfo;
import java.util.List;
import java.util.Optional;

/**
 * A piece of a sector that is activated (go-state-types builtin/v18/miner).
 *
 * @param piece CID of the CommP
 * @param paddedBytes a power of two of at least 128
 */
public record PieceActivationManifest(
    Cid piece,
    long paddedBytes,
    Optional<VerifiedAllocationKey> allocation,
    List<DataActivationNotification> notifications)
    implements CborEncodable {
  public PieceActivationManifest {
    notifications = List.copyOf(notifications);
  }

  /** A piece without allocation, of which nobody is told. */
  public static PieceActivationManifest of(PieceInfo piece) {
    return new PieceActivationManifest(
        Cid.commP(piece.commP()), piece.paddedBytes(), Optional.empty(), List.of());
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static PieceActivationManifest fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "PieceActivationManifest", PieceActivationManifest::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static PieceActivationManifest readFrom(CborReader reader) {
    return reader.struct(
        "",
        4,
        r ->
            new PieceActivationManifest(
                r.cid("piece"),
                r.uint("paddedBytes"),
                r.optional("allocation", VerifiedAllocationKey::readFrom),
                r.list(
                    "notifications",
                    CborReader.MAX_LIST_ITEMS,
                    DataActivationNotification::readFrom)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer
        .array(4)
        .cid(piece)
        .uint64(paddedBytes)
        .optional(allocation, CborWriter::value)
        .list(notifications);
  }
}
