package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/** Parameters of {@link MinerMethod#WITHDRAW_BALANCE} (go-state-types builtin/v18/miner). */
public record WithdrawBalanceParams(TokenAmount amountRequested) implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static WithdrawBalanceParams fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "WithdrawBalanceParams", WithdrawBalanceParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static WithdrawBalanceParams readFrom(CborReader reader) {
    return reader.struct("", 1, r -> new WithdrawBalanceParams(r.amount("amountRequested")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(1).amount(amountRequested);
  }
}
