package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/** Parameters of {@link MinerMethod#COMPACT_PARTITIONS} (go-state-types builtin/v18/miner). */
public record CompactPartitionsParams(long deadline, BitField partitions) implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static CompactPartitionsParams fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "CompactPartitionsParams", CompactPartitionsParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static CompactPartitionsParams readFrom(CborReader reader) {
    return reader.struct(
        "", 2, r -> new CompactPartitionsParams(r.uint("deadline"), r.bitField("partitions")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).uint64(deadline).bitField(partitions);
  }
}
