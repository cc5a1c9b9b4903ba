package io.granary.protocol.actor;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;

/** One allocation a sector claims (go-state-types builtin/v18/verifreg). */
public record AllocationClaim(ActorId client, long allocationId, Cid data, long paddedBytes)
    implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static AllocationClaim fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "AllocationClaim", AllocationClaim::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static AllocationClaim readFrom(CborReader reader) {
    return reader.struct(
        "",
        4,
        r ->
            new AllocationClaim(
                r.actorId("client"), r.uint("allocationId"), r.cid("data"), r.uint("paddedBytes")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(4).uint64(client.value()).uint64(allocationId).cid(data).uint64(paddedBytes);
  }
}
