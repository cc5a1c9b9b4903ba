package io.granary.sharding.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;

/**
 * What the chain says at one head.
 *
 * @param at the head's height
 * @param baseFee attoFIL per gas unit that the head's blocks paid; the next may take an eighth more
 * @param balance attoFIL of the sender's address
 * @param chainNonce the address's next nonce there
 */
record Market(Epoch at, TokenAmount baseFee, TokenAmount balance, long chainNonce) {}
