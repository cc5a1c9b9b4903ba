package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/**
 * One partition of a window PoSt (go-state-types builtin/v18/miner).
 *
 * @param index of the partition in its deadline
 * @param skipped sectors of it that are not proven and become faulty
 */
public record PoStPartition(long index, BitField skipped) implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static PoStPartition fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "PoStPartition", PoStPartition::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static PoStPartition readFrom(CborReader reader) {
    return reader.struct("", 2, r -> new PoStPartition(r.uint("index"), r.bitField("skipped")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).uint64(index).bitField(skipped);
  }
}
