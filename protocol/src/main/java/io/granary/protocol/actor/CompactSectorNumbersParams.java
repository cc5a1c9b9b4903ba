package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/**
 * Parameters of {@link MinerMethod#COMPACT_SECTOR_NUMBERS} (go-state-types builtin/v18/miner).
 *
 * @param maskSectorNumbers numbers to mark as used
 */
public record CompactSectorNumbersParams(BitField maskSectorNumbers) implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static CompactSectorNumbersParams fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor, "CompactSectorNumbersParams", CompactSectorNumbersParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static CompactSectorNumbersParams readFrom(CborReader reader) {
    return reader.struct(
        "", 1, r -> new CompactSectorNumbersParams(r.bitField("maskSectorNumbers")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(1).bitField(maskSectorNumbers);
  }
}
