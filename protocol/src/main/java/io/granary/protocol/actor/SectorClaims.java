package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * What becomes of a sector's claims when it is extended (go-state-types builtin/v18/miner,
 * SectorClaim).
 *
 * @param maintain ids of claims that go on
 * @param drop ids of claims that end
 */
public record SectorClaims(SectorNumber sector, List<Long> maintain, List<Long> drop)
    implements CborEncodable {
  public SectorClaims {
    maintain = List.copyOf(maintain);
    drop = List.copyOf(drop);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static SectorClaims fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "SectorClaims", SectorClaims::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static SectorClaims readFrom(CborReader reader) {
    return reader.struct(
        "",
        3,
        r ->
            new SectorClaims(
                r.sectorNumber("sector"),
                r.list("maintain", CborReader.MAX_LIST_ITEMS, item -> item.uint("")),
                r.list("drop", CborReader.MAX_LIST_ITEMS, item -> item.uint(""))));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer
        .array(3)
        .uint64(sector.value())
        .list(maintain, CborWriter::uint64)
        .list(drop, CborWriter::uint64);
  }
}
