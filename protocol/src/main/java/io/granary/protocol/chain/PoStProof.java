package io.granary.protocol.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/** A PoSt proof with its registered type; 192 bytes a partition. */
public record PoStProof(RegisteredPoStProof type, Bytes proof) implements CborEncodable {
  /** Reads the value where a reader stands. */
  public static PoStProof readFrom(CborReader reader) {
    return reader.struct(
        "",
        2,
        r -> new PoStProof(r.postProof("type"), r.bytes("proof", CborReader.MAX_BYTE_STRING)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).uint64(type.number()).bytes(proof);
  }
}
