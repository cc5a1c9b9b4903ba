package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * Parameters of {@link VerifiedRegistryMethod#CLAIM_ALLOCATIONS} (go-state-types
 * builtin/v18/verifreg).
 */
public record ClaimAllocationsParams(List<SectorAllocationClaims> sectors, boolean allOrNothing)
    implements CborEncodable {
  public ClaimAllocationsParams {
    sectors = List.copyOf(sectors);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static ClaimAllocationsParams fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "ClaimAllocationsParams", ClaimAllocationsParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static ClaimAllocationsParams readFrom(CborReader reader) {
    return reader.struct(
        "",
        2,
        r ->
            new ClaimAllocationsParams(
                r.list("sectors", CborReader.MAX_LIST_ITEMS, SectorAllocationClaims::readFrom),
                r.bool("allOrNothing")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).list(sectors).bool(allOrNothing);
  }
}
