package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * Parameters of {@link MinerMethod#DECLARE_FAULTS_RECOVERED} (go-state-types builtin/v18/miner).
 */
public record DeclareFaultsRecoveredParams(List<SectorDeclaration> recoveries)
    implements CborEncodable {
  public DeclareFaultsRecoveredParams {
    recoveries = List.copyOf(recoveries);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static DeclareFaultsRecoveredParams fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor, "DeclareFaultsRecoveredParams", DeclareFaultsRecoveredParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static DeclareFaultsRecoveredParams readFrom(CborReader reader) {
    return reader.struct(
        "",
        1,
        r ->
            new DeclareFaultsRecoveredParams(
                r.list("recoveries", CborReader.MAX_LIST_ITEMS, SectorDeclaration::readFrom)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(1).list(recoveries);
  }
}
