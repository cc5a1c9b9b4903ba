package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * What a notified actor answers: for each sector, for each piece, whether it accepts. A bare list,
 * no tuple around it (go-state-types builtin/v18/miner).
 */
public record SectorContentChangedReturn(List<List<Boolean>> accepted) implements CborEncodable {
  public SectorContentChangedReturn {
    accepted = accepted.stream().map(List::copyOf).toList();
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static SectorContentChangedReturn fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor, "SectorContentChangedReturn", SectorContentChangedReturn::readFrom);
  }

  private static SectorContentChangedReturn readFrom(CborReader reader) {
    return new SectorContentChangedReturn(
        reader.list(
            "sectors",
            CborReader.MAX_LIST_ITEMS,
            sector -> sector.list("pieces", CborReader.MAX_LIST_ITEMS, piece -> piece.bool(""))));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.list(accepted, (w, sector) -> w.list(sector, CborWriter::bool));
  }
}
