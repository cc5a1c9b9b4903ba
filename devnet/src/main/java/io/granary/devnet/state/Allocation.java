package io.granary.devnet.state;

import io.granary.protocol.ActorId;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;

/**
 * DataCap that a client has set aside for a piece (builtin-actors verifreg/src/state.rs).
 *
 * @param size bytes of DataCap
 * @param termMin the fewest epochs the piece must be promised for
 * @param termMax the most
 * @param expiration the last epoch it can be claimed at
 */
public record Allocation(
    ActorId client,
    ActorId provider,
    Cid data,
    long size,
    long termMin,
    long termMax,
    long expiration)
    implements CborEncodable {
  @Override
  public void writeTo(CborWriter writer) {
    writer.array(7).uint64(client.value()).uint64(provider.value()).cid(data).uint64(size);
    writer.int64(termMin).int64(termMax).int64(expiration);
  }
}
