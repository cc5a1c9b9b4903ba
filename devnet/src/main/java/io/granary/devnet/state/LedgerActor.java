package io.granary.devnet.state;

import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborWriter;
import java.util.Optional;

/**
 * What every actor has.
 *
 * @param robust an account's key address or a miner's f2 address; singletons have none
 * @param nonce the next nonce of an account
 */
public record LedgerActor(
    ActorId id, ActorKind kind, Optional<Address> robust, long nonce, TokenAmount balance)
    implements CborEncodable {
  LedgerActor withBalance(TokenAmount newBalance) {
    return new LedgerActor(id, kind, robust, nonce, newBalance);
  }

  LedgerActor withNonce(long newNonce) {
    return new LedgerActor(id, kind, robust, newNonce, balance);
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(5).uint64(id.value()).cid(kind.code()).uint64(nonce).amount(balance);
    writer.optional(robust, CborWriter::address);
  }
}
