package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * What a notified actor hears of one sector (go-state-types builtin/v18/miner, SectorChanges).
 *
 * @param minimumCommitmentEpoch the sector's expiration
 */
public record SectorContentChange(
    SectorNumber sector, Epoch minimumCommitmentEpoch, List<PieceChange> added)
    implements CborEncodable {
  public SectorContentChange {
    added = List.copyOf(added);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static SectorContentChange fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "SectorContentChange", SectorContentChange::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static SectorContentChange readFrom(CborReader reader) {
    return reader.struct(
        "",
        3,
        r ->
            new SectorContentChange(
                r.sectorNumber("sector"),
                r.epoch("minimumCommitmentEpoch"),
                r.list("added", CborReader.MAX_LIST_ITEMS, PieceChange::readFrom)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(3).uint64(sector.value()).int64(minimumCommitmentEpoch.value()).list(added);
  }
}
