package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * Sectors of a partition that live longer (go-state-types builtin/v18/miner, ExpirationExtension2).
 *
 * @param sectors those without claims
 * @param sectorsWithClaims those with claims
 */
public record ExpirationExtension(
    long deadline,
    long partition,
    BitField sectors,
    List<SectorClaims> sectorsWithClaims,
    Epoch newExpiration)
    implements CborEncodable {
  public ExpirationExtension {
    sectorsWithClaims = List.copyOf(sectorsWithClaims);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static ExpirationExtension fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "ExpirationExtension", ExpirationExtension::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static ExpirationExtension readFrom(CborReader reader) {
    return reader.struct(
        "",
        5,
        r ->
            new ExpirationExtension(
                r.uint("deadline"),
                r.uint("partition"),
                r.bitField("sectors"),
                r.list("sectorsWithClaims", CborReader.MAX_LIST_ITEMS, SectorClaims::readFrom),
                r.epoch("newExpiration")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer
        .array(5)
        .uint64(deadline)
        .uint64(partition)
        .bitField(sectors)
        .list(sectorsWithClaims)
        .int64(newExpiration.value());
  }
}
