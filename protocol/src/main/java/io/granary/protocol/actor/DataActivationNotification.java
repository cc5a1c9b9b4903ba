package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/**
 * An actor that is told of a piece when its sector is activated (go-state-types builtin/v18/miner).
 *
 * @param address f05 for market deals
 * @param payload for f05 the CBOR of the deal id
 */
public record DataActivationNotification(Address address, Bytes payload) implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static DataActivationNotification fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor, "DataActivationNotification", DataActivationNotification::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static DataActivationNotification readFrom(CborReader reader) {
    return reader.struct(
        "",
        2,
        r ->
            new DataActivationNotification(
                r.address("address"), r.bytes("payload", CborReader.MAX_BYTE_STRING)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).address(address).bytes(payload);
  }
}
