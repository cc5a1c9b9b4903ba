package io.granary.protocol.chain;

import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import java.util.Optional;

/**
 * An actor's code, state root, next nonce and balance.
 *
 * @param delegated the f4 address, for actors that have one
 */
public record ActorState(
    Cid code, Cid head, long nonce, TokenAmount balance, Optional<Address> delegated) {}
