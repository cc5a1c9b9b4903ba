package io.granary.protocol.actor;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/**
 * A claim and its new greatest term (go-state-types builtin/v18/verifreg).
 *
 * @param termMax epochs
 */
public record ClaimTerm(ActorId provider, long claimId, long termMax) implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static ClaimTerm fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "ClaimTerm", ClaimTerm::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static ClaimTerm readFrom(CborReader reader) {
    return reader.struct(
        "", 3, r -> new ClaimTerm(r.actorId("provider"), r.uint("claimId"), r.int64("termMax")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(3).uint64(provider.value()).uint64(claimId).int64(termMax);
  }
}
