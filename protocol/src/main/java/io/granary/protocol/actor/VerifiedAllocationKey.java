package io.granary.protocol.actor;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/**
 * An allocation of the verified registry that a piece claims (go-state-types builtin/v18/miner).
 */
public record VerifiedAllocationKey(ActorId client, long allocationId) implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static VerifiedAllocationKey fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "VerifiedAllocationKey", VerifiedAllocationKey::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static VerifiedAllocationKey readFrom(CborReader reader) {
    return reader.struct(
        "", 2, r -> new VerifiedAllocationKey(r.actorId("client"), r.uint("allocationId")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).uint64(client.value()).uint64(allocationId);
  }
}
