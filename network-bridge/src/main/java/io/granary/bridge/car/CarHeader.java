package io.granary.bridge.car;

import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import io.granary.protocol.cbor.CborException;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;
import java.util.List;

/**
 * The header of a CAR version 1: a dag-cbor map of roots and version (ipld/ipld
 * specs/transport/car/carv1). The two keys may stand in either order, as go-car reads them.
 *
 * @param roots may be empty
 */
record CarHeader(List<Cid> roots) {
  /** The map that every CAR version 2 starts with, in place of a header. */
  static final Bytes V2_PRAGMA = Bytes.fromHex("a16776657273696f6e02");

  private static final byte MAP_OF_TWO = (byte) 0xa2;
  private static final int KEY_BYTES_MAX = 7;

  CarHeader {
    roots = List.copyOf(roots);
    if (roots.size() > CborReader.MAX_LIST_ITEMS) {
      throw new IllegalArgumentException(
          "CAR header: at most " + CborReader.MAX_LIST_ITEMS + " roots, got " + roots.size());
    }
  }

  /**
   * Reads the bytes after the header's length.
   *
   * @param offset where they start in the CAR, for errors
   */
  static CarHeader decode(Bytes cbor, long offset) {
    if (cbor.isEmpty() || cbor.at(0) != MAP_OF_TWO) {
      throw new CarException(offset, "a CAR header is a CBOR map of roots and version");
    }
    try {
      return CborReader.decode(
          cbor.slice(1, cbor.length() - 1), "CAR header", CarHeader::readMembers);
    } catch (CborException e) {
      throw new CarException(offset + 1 + e.offset(), "CAR header", e);
    }
  }

  private static CarHeader readMembers(CborReader reader) {
    String first = reader.text("key", KEY_BYTES_MAX);
    if (first.equals("roots")) {
      List<Cid> roots = readRoots(reader);
      expectKey("version", reader.text("key", KEY_BYTES_MAX));
      readVersion(reader);
      return new CarHeader(roots);
    }
    expectKey("version", first);
    readVersion(reader);
    expectKey("roots", reader.text("key", KEY_BYTES_MAX));
    return new CarHeader(readRoots(reader));
  }

  private static List<Cid> readRoots(CborReader reader) {
    return reader.list("roots", CborReader.MAX_LIST_ITEMS, item -> item.cid(""));
  }

  private static void readVersion(CborReader reader) {
    long version = reader.uint("version");
    if (version != 1) {
      throw new IllegalArgumentException("version must be 1, got " + version);
    }
  }

  private static void expectKey(String expected, String got) {
    if (!got.equals(expected)) {
      throw new IllegalArgumentException("expected " + expected + ", got another key");
    }
  }

  /** The header with its length. */
  Bytes encode() {
    CborWriter writer = new CborWriter().text("roots").array(roots.size());
    roots.forEach(writer::cid);
    Bytes members = writer.text("version").uint64(1).toBytes();
    return Bytes.concat(
        Varint.encode(members.length() + 1L), Bytes.of(new byte[] {MAP_OF_TWO}), members);
  }
}
