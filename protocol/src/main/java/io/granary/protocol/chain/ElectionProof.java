package io.granary.protocol.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/** A block's election proof: how often it won, and the VRF that says so. */
public record ElectionProof(long winCount, Bytes vrfProof) implements CborEncodable {
  /** Reads the value where a reader stands. */
  public static ElectionProof readFrom(CborReader reader) {
    return reader.struct(
        "",
        2,
        r ->
            new ElectionProof(
                r.int64("winCount"), r.bytes("vrfProof", CborReader.MAX_BYTE_STRING)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).int64(winCount).bytes(vrfProof);
  }
}
