package io.granary.protocol.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/** A drand entry of a block: round and its signature. */
public record BeaconEntry(long round, Bytes data) implements CborEncodable {
  /** Reads the value where a reader stands. */
  public static BeaconEntry readFrom(CborReader reader) {
    return reader.struct(
        "",
        2,
        r -> new BeaconEntry(r.uint64("round"), r.bytes("data", CborReader.MAX_BYTE_STRING)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).uint64(round).bytes(data);
  }
}
