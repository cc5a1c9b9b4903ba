package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;
import java.util.List;

/** A sector whose empty replica gets data (go-state-types builtin/v18/miner). */
public record SectorUpdateManifest(
    SectorNumber sector,
    long deadline,
    long partition,
    Cid newSealedCid,
    List<PieceActivationManifest> pieces)
    implements CborEncodable {
  public SectorUpdateManifest {
    pieces = List.copyOf(pieces);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static SectorUpdateManifest fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "SectorUpdateManifest", SectorUpdateManifest::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static SectorUpdateManifest readFrom(CborReader reader) {
    return reader.struct(
        "",
        5,
        r ->
            new SectorUpdateManifest(
                r.sectorNumber("sector"),
                r.uint("deadline"),
                r.uint("partition"),
                r.cid("newSealedCid"),
                r.list("pieces", CborReader.MAX_LIST_ITEMS, PieceActivationManifest::readFrom)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer
        .array(5)
        .uint64(sector.value())
        .uint64(deadline)
        .uint64(partition)
        .cid(newSealedCid)
        .list(pieces);
  }
}
