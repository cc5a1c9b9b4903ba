package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * A sector to activate with its pieces in order (go-state-types builtin/v18/miner).
 *
 * @param pieces empty for committed capacity
 */
public record SectorActivationManifest(SectorNumber sector, List<PieceActivationManifest> pieces)
    implements CborEncodable {
  public SectorActivationManifest {
    pieces = List.copyOf(pieces);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static SectorActivationManifest fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "SectorActivationManifest", SectorActivationManifest::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static SectorActivationManifest readFrom(CborReader reader) {
    return reader.struct(
        "",
        2,
        r ->
            new SectorActivationManifest(
                r.sectorNumber("sector"),
                r.list("pieces", CborReader.MAX_LIST_ITEMS, PieceActivationManifest::readFrom)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).uint64(sector.value()).list(pieces);
  }
}
