package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/**
 * Parameters of {@link MinerMethod#CHANGE_PEER_ID} (go-state-types builtin/v18/miner).
 *
 * @param newId binary peer id, at most 128 bytes
 */
public record ChangePeerIdParams(Bytes newId) implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static ChangePeerIdParams fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "ChangePeerIdParams", ChangePeerIdParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static ChangePeerIdParams readFrom(CborReader reader) {
    return reader.struct(
        "", 1, r -> new ChangePeerIdParams(r.bytes("newId", CborReader.MAX_BYTE_STRING)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(1).bytes(newId);
  }
}
