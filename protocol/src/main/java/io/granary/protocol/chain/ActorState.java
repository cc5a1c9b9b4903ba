package io.granary.protocol.chain;

import io.granary.protocol.TokenAmount;
import io.granary.protocol.cid.Cid;

/** An actor's code, state root, next nonce and balance. */
public record ActorState(Cid code, Cid head, long nonce, TokenAmount balance) {}
