package io.granary.devnet.state;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;

/**
 * An allocation that a sector serves (builtin-actors verifreg/src/state.rs); its CBOR is what
 * GetClaims returns.
 *
 * @param termStart the epoch it was claimed at
 */
public record Claim(
    ActorId provider,
    ActorId client,
    Cid data,
    long size,
    long termMin,
    long termMax,
    long termStart,
    SectorNumber sector)
    implements CborEncodable {
  public Claim withTermMax(long longer) {
    return new Claim(provider, client, data, size, termMin, longer, termStart, sector);
  }

  /** The epoch from which on it can be removed. */
  public long expiration() {
    return termStart + termMax;
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(8).uint64(provider.value()).uint64(client.value()).cid(data).uint64(size);
    writer.int64(termMin).int64(termMax).int64(termStart).uint64(sector.value());
  }
}
