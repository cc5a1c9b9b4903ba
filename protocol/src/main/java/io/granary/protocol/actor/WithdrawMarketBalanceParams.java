package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/**
 * Parameters of {@link MarketMethod#WITHDRAW_BALANCE} (go-state-types builtin/v18/market).
 *
 * @param address a client or a miner
 */
public record WithdrawMarketBalanceParams(Address address, TokenAmount amount)
    implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static WithdrawMarketBalanceParams fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor, "WithdrawMarketBalanceParams", WithdrawMarketBalanceParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static WithdrawMarketBalanceParams readFrom(CborReader reader) {
    return reader.struct(
        "", 2, r -> new WithdrawMarketBalanceParams(r.address("address"), r.amount("amount")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).address(address).amount(amount);
  }
}
