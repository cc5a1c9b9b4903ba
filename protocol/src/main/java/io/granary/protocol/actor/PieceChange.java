package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;

/** What a notified actor hears of one piece (go-state-types builtin/v18/miner). */
public record PieceChange(Cid data, long paddedBytes, Bytes payload) implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static PieceChange fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "PieceChange", PieceChange::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static PieceChange readFrom(CborReader reader) {
    return reader.struct(
        "",
        3,
        r ->
            new PieceChange(
                r.cid("data"),
                r.uint("paddedBytes"),
                r.bytes("payload", CborReader.MAX_BYTE_STRING)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(3).cid(data).uint64(paddedBytes).bytes(payload);
  }
}
