package io.granary.protocol.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;

/**
 * An unsigned message, version 0 (lotus chain/types/message.go).
 *
 * @param nonce 0 where the node assigns it
 * @param gasLimit gas units, 0 where the node estimates it
 * @param gasFeeCap attoFIL per gas unit
 * @param gasPremium attoFIL per gas unit
 * @param params CBOR of the method's parameters, empty for none
 */
public record Message(
    Address to,
    Address from,
    long nonce,
    TokenAmount value,
    long gasLimit,
    TokenAmount gasFeeCap,
    TokenAmount gasPremium,
    long method,
    Bytes params) {

  /** A message whose nonce and gas the sender or the node fills in. */
  public static Message of(Address from, Address to, TokenAmount value, long method, Bytes params) {
    return new Message(to, from, 0, value, 0, TokenAmount.ZERO, TokenAmount.ZERO, method, params);
  }

  public Message withNonce(long newNonce) {
    return new Message(to, from, newNonce, value, gasLimit, gasFeeCap, gasPremium, method, params);
  }
}
