package io.granary.protocol.actor;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * Parameters of {@link VerifiedRegistryMethod#REMOVE_EXPIRED_ALLOCATIONS} (go-state-types
 * builtin/v18/verifreg).
 *
 * @param allocationIds empty for all that have expired
 */
public record RemoveExpiredAllocationsParams(ActorId client, List<Long> allocationIds)
    implements CborEncodable {
  public RemoveExpiredAllocationsParams {
    allocationIds = List.copyOf(allocationIds);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static RemoveExpiredAllocationsParams fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor, "RemoveExpiredAllocationsParams", RemoveExpiredAllocationsParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static RemoveExpiredAllocationsParams readFrom(CborReader reader) {
    return reader.struct(
        "",
        2,
        r ->
            new RemoveExpiredAllocationsParams(
                r.actorId("client"),
                r.list("allocationIds", CborReader.MAX_LIST_ITEMS, item -> item.uint(""))));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).uint64(client.value()).list(allocationIds, CborWriter::uint64);
  }
}
