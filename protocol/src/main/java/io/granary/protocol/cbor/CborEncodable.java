package io.granary.protocol.cbor;

import io.granary.protocol.Bytes;

/** A value with one deterministic CBOR form. */
public interface CborEncodable {
  /** Writes the value as one CBOR item. */
  void writeTo(CborWriter writer);

  /** The value's CBOR bytes. */
  default Bytes toCbor() {
    CborWriter writer = new CborWriter();
    writeTo(writer);
    return writer.toBytes();
  }
}
