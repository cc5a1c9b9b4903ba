package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/** Parameters of {@link MinerMethod#SECTOR_CONTENT_CHANGED}: the bare list, no tuple around it. */
public record SectorContentChangedParams(List<SectorContentChange> sectors)
    implements CborEncodable {
  public SectorContentChangedParams {
    sectors = List.copyOf(sectors);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static SectorContentChangedParams fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor, "SectorContentChangedParams", SectorContentChangedParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static SectorContentChangedParams readFrom(CborReader r) {
    return new SectorContentChangedParams(
        r.list("sectors", CborReader.MAX_LIST_ITEMS, SectorContentChange::readFrom));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.list(sectors);
  }
}
