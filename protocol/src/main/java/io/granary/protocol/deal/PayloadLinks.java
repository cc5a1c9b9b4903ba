package io.granary.protocol.deal;

import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cid.Cid;

/** Links to payloads, which old tools still name by version 0. */
final class PayloadLinks {
  private static final long DAG_PB = 0x70;
  private static final Bytes VERSION_0_PREFIX = Bytes.fromHex("1220");
  private static final int VERSION_0_BYTES = 34;

  private PayloadLinks() {}

  /** Reads a link; one of version 0 (a bare SHA-256 multihash) as the dag-pb CID it stands for. */
  static Cid readFrom(CborReader reader) {
    Bytes binary = reader.linkBytes("");
    boolean version0 = binary.length() == VERSION_0_BYTES && binary.startsWith(VERSION_0_PREFIX);
    return Cid.fromBytes(
        version0 ? Bytes.concat(Varint.encode(1), Varint.encode(DAG_PB), binary) : binary);
  }
}
