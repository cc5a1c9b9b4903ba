package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * Parameters of {@link MinerMethod#CHANGE_MULTIADDRS} (go-state-types builtin/v18/miner).
 *
 * @param newMultiaddrs binary multiaddrs, together at most 1024 bytes
 */
public record ChangeMultiaddrsParams(List<Bytes> newMultiaddrs) implements CborEncodable {
  public ChangeMultiaddrsParams {
    newMultiaddrs = List.copyOf(newMultiaddrs);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static ChangeMultiaddrsParams fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "ChangeMultiaddrsParams", ChangeMultiaddrsParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static ChangeMultiaddrsParams readFrom(CborReader reader) {
    return reader.struct(
        "",
        1,
        r ->
            new ChangeMultiaddrsParams(
                r.list(
                    "newMultiaddrs",
                    CborReader.MAX_LIST_ITEMS,
                    item -> item.bytes("", CborReader.MAX_BYTE_STRING))));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(1).list(newMultiaddrs, CborWriter::bytes);
  }
}
