package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/** The allocations one sector claims (go-state-types builtin/v18/verifreg). */
public record SectorAllocationClaims(
    SectorNumber sector, Epoch expiration, List<AllocationClaim> claims) implements CborEncodable {
  public SectorAllocationClaims {
    claims = List.copyOf(claims);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static SectorAllocationClaims fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "SectorAllocationClaims", SectorAllocationClaims::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static SectorAllocationClaims readFrom(CborReader reader) {
    return reader.struct(
        "",
        3,
        r ->
            new SectorAllocationClaims(
                r.sectorNumber("sector"),
                r.epoch("expiration"),
                r.list("claims", CborReader.MAX_LIST_ITEMS, AllocationClaim::readFrom)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(3).uint64(sector.value()).int64(expiration.value()).list(claims);
  }
}
