package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/** Parameters of {@link MinerMethod#CHANGE_BENEFICIARY} (go-state-types builtin/v18/miner). */
public record ChangeBeneficiaryParams(
    Address newBeneficiary, TokenAmount newQuota, Epoch newExpiration) implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static ChangeBeneficiaryParams fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "ChangeBeneficiaryParams", ChangeBeneficiaryParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static ChangeBeneficiaryParams readFrom(CborReader reader) {
    return reader.struct(
        "",
        3,
        r ->
            new ChangeBeneficiaryParams(
                r.address("newBeneficiary"), r.amount("newQuota"), r.epoch("newExpiration")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(3).address(newBeneficiary).amount(newQuota).int64(newExpiration.value());
  }
}
