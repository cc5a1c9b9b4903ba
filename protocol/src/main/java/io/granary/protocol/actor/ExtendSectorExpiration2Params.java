package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * Parameters of {@link MinerMethod#EXTEND_SECTOR_EXPIRATION_2} (go-state-types builtin/v18/miner).
 */
public record ExtendSectorExpiration2Params(List<ExpirationExtension> extensions)
    implements CborEncodable {
  public ExtendSectorExpiration2Params {
    extensions = List.copyOf(extensions);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static ExtendSectorExpiration2Params fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor, "ExtendSectorExpiration2Params", ExtendSectorExpiration2Params::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static ExtendSectorExpiration2Params readFrom(CborReader reader) {
    return reader.struct(
        "",
        1,
        r ->
            new ExtendSectorExpiration2Params(
                r.list("extensions", CborReader.MAX_LIST_ITEMS, ExpirationExtension::readFrom)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(1).list(extensions);
  }
}
