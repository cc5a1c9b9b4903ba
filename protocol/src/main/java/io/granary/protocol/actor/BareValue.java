package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/**
 * Parameters and returns that are one value without an array around it: the address of
 * ChangeOwnerAddress and AddBalance, the deal ids of SettleDealPayments, the amount that
 * WithdrawBalance returns.
 */
public final class BareValue {
  private BareValue() {}

  /** The CBOR of an address, which is also the entropy of a miner's randomness. */
  public static Bytes ofAddress(Address address) {
    return new CborWriter().address(address).toBytes();
  }

  /** Reads {@link #ofAddress}; a CborException says what is wrong. */
  public static Address readAddress(Bytes cbor) {
    return CborReader.decode(cbor, "address", reader -> reader.address(""));
  }

  /** The CBOR of an amount. */
  public static Bytes ofAmount(TokenAmount amount) {
    return new CborWriter().amount(amount).toBytes();
  }

  /** Reads {@link #ofAmount}; a CborException says what is wrong. */
  public static TokenAmount readAmount(Bytes cbor) {
    return CborReader.decode(cbor, "amount", reader -> reader.amount(""));
  }

  /** The CBOR of a set of numbers. */
  public static Bytes ofBitField(BitField numbers) {
    return new CborWriter().bitField(numbers).toBytes();
  }

  /** Reads {@link #ofBitField}; a CborException says what is wrong. */
  public static BitField readBitField(Bytes cbor) {
    return CborReader.decode(cbor, "numbers", reader -> reader.bitField(""));
  }
}
