package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/**
 * Sectors of one partition, in a declaration of faults, recoveries or termination (go-state-types
 * builtin/v18/miner, FaultDeclaration and its like).
 *
 * @param sectors numbers of sectors in that partition
 */
public record SectorDeclaration(long deadline, long partition, BitField sectors)
    implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static SectorDeclaration fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "SectorDeclaration", SectorDeclaration::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static SectorDeclaration readFrom(CborReader reader) {
    return reader.struct(
        "",
        3,
        r -> new SectorDeclaration(r.uint("deadline"), r.uint("partition"), r.bitField("sectors")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(3).uint64(deadline).uint64(partition).bitField(sectors);
  }
}
