package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/**
 * Return of {@link PowerMethod#CREATE_MINER} (go-state-types builtin/v18/power).
 *
 * @param idAddress the miner's f0 address
 * @param robustAddress the miner's f2 address
 */
public record CreateMinerReturn(Address idAddress, Address robustAddress) implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static CreateMinerReturn fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "CreateMinerReturn", CreateMinerReturn::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static CreateMinerReturn readFrom(CborReader reader) {
    return reader.struct(
        "", 2, r -> new CreateMinerReturn(r.address("idAddress"), r.address("robustAddress")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).address(idAddress).address(robustAddress);
  }
}
