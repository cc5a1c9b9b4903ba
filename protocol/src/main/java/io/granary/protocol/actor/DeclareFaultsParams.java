package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/** Parameters of {@link MinerMethod#DECLARE_FAULTS} (go-state-types builtin/v18/miner). */
public record DeclareFaultsParams(List<SectorDeclaration> faults) implements CborEncodable {
  public DeclareFaultsParams {
    faults = List.copyOf(faults);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static DeclareFaultsParams fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "DeclareFaultsParams", DeclareFaultsParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static DeclareFaultsParams readFrom(CborReader reader) {
    return reader.struct(
        "",
        1,
        r ->
            new DeclareFaultsParams(
                r.list("faults", CborReader.MAX_LIST_ITEMS, SectorDeclaration::readFrom)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(1).list(faults);
  }
}
