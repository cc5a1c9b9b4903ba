package io.granary.persistence.store;

import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import io.granary.protocol.port.PieceIndex;
import java.util.ArrayList;
import java.util.List;

/**
 * A chunk of a piece's blocks as one value: for each block the length of its multihash, the
 * multihash, the offset of its data and the data's length, numbers as varints.
 */
final class BlockList {
  private BlockList() {}

  static Bytes encode(List<PieceIndex.Block> blocks) {
    Bytes[] parts = new Bytes[blocks.size() * 4];
    int at = 0;
    for (PieceIndex.Block block : blocks) {
      parts[at++] = Varint.encode(block.multihash().length());
      parts[at++] = block.multihash();
      parts[at++] = Varint.encode(block.dataOffset());
      parts[at++] = Varint.encode(block.dataBytes());
    }
    return Bytes.concat(parts);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException when it did not
   */
  static List<PieceIndex.Block> decode(Bytes value) {
    List<PieceIndex.Block> blocks = new ArrayList<>();
    int at = 0;
    while (at < value.length()) {
      Varint.Read length = Varint.decode(value, at, "multihash length");
      if (length.value() > value.length() - length.next()) {
        throw new IllegalArgumentException("block list: cut short at byte " + at);
      }
      int end = length.next() + (int) length.value();
      Varint.Read offset = Varint.decode(value, end, "block offset");
      Varint.Read bytes = Varint.decode(value, offset.next(), "block length");
      blocks.add(
          new PieceIndex.Block(
              value.slice(length.next(), (int) length.value()),
              offset.value(),
              Math.toIntExact(bytes.value())));
      at = bytes.next();
    }
    return List.copyOf(blocks);
  }
}
