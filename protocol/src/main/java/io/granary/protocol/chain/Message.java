package io.granary.protocol.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;

/**
 * An unsigned message, version 0 (lotus chain/types/message.go).
 *
 * @param nonce 64 bits without a sign; 0 where the node assigns it
 * @param gasLimit gas units, 0 where the node estimates it
 * @param gasFeeCap attoFIL per gas unit
 * @param gasPremium attoFIL per gas unit
 * @param method 64 bits without a sign
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
    Bytes params)
    implements CborEncodable {
  private static final int VERSION = 0;

  /** A message whose nonce and gas the sender or the node fills in. */
  public static Message of(Address from, Address to, TokenAmount value, long method, Bytes params) {
    return new Message(to, from, 0, value, 0, TokenAmount.ZERO, TokenAmount.ZERO, method, params);
  }

  public Message withNonce(long newNonce) {
    return new Message(to, from, newNonce, value, gasLimit, gasFeeCap, gasPremium, method, params);
  }

  /** What its gas may cost at most: the fee cap for the whole limit, in attoFIL. */
  public TokenAmount gasCostMax() {
    return gasFeeCap.times(gasLimit);
  }

  /** The CID of the unsigned message, which is also what a BLS message goes by. */
  public Cid cid() {
    return Cid.dagCborBlake2b(toCbor());
  }

  /**
   * What a secp256k1 or BLS key signs: the binary CID of the unsigned message. (Delegated keys sign
   * an Ethereum transaction instead.)
   */
  public Bytes signingBytes() {
    return cid().bytes();
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static Message fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "Message", Message::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static Message readFrom(CborReader reader) {
    return reader.struct(
        "",
        10,
        r -> {
          r.uint("version", VERSION);
          return new Message(
              r.address("to"),
              r.address("from"),
              r.uint64("nonce"),
              r.amount("value"),
              r.int64("gasLimit"),
              r.amount("gasFeeCap"),
              r.amount("gasPremium"),
              r.uint64("method"),
              r.bytes("params", CborReader.MAX_BYTE_STRING));
        });
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer
        .array(10)
        .uint64(VERSION)
        .address(to)
        .address(from)
        .uint64(nonce)
        .amount(value)
        .int64(gasLimit)
        .amount(gasFeeCap)
        .amount(gasPremium)
        .uint64(method)
        .bytes(params);
  }
}
