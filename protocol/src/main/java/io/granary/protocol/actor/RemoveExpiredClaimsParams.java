package io.granary.protocol.actor;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * Parameters of {@link VerifiedRegistryMethod#REMOVE_EXPIRED_CLAIMS} (go-state-types
 * builtin/v18/verifreg).
 *
 * @param claimIds empty for all that have expired
 */
public record RemoveExpiredClaimsParams(ActorId provider, List<Long> claimIds)
    implements CborEncodable {
  public RemoveExpiredClaimsParams {
    claimIds = List.copyOf(claimIds);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static RemoveExpiredClaimsParams fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor, "RemoveExpiredClaimsParams", RemoveExpiredClaimsParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static RemoveExpiredClaimsParams readFrom(CborReader reader) {
    return reader.struct(
        "",
        2,
        r ->
            new RemoveExpiredClaimsParams(
                r.actorId("provider"),
                r.list("claimIds", CborReader.MAX_LIST_ITEMS, item -> item.uint(""))));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).uint64(provider.value()).list(claimIds, CborWriter::uint64);
  }
}
