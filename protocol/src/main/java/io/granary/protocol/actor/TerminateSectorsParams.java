package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * Parameters of {@link MinerMethod#TERMINATE_SECTORS} (go-state-types builtin/v18/miner).
 *
 * @param terminations empty to go on with the queue of early terminations
 */
public record TerminateSectorsParams(List<SectorDeclaration> terminations)
    implements CborEncodable {
  public TerminateSectorsParams {
    terminations = List.copyOf(terminations);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static TerminateSectorsParams fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "TerminateSectorsParams", TerminateSectorsParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static TerminateSectorsParams readFrom(CborReader reader) {
    return reader.struct(
        "",
        1,
        r ->
            new TerminateSectorsParams(
                r.list("terminations", CborReader.MAX_LIST_ITEMS, SectorDeclaration::readFrom)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(1).list(terminations);
  }
}
