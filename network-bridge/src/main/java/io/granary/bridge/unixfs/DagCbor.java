package io.granary.bridge.unixfs;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Finds links and members in a dag-cbor block (ipld/ipld specs/codecs/dag-cbor) without building
 * its values. Nothing recurses, so nesting costs no stack.
 */
final class DagCbor {
  private static final int BYTE_STRING = 2;
  private static final int TEXT = 3;
  private static final int ARRAY = 4;
  private static final int MAP = 5;
  private static final int TAG = 6;
  private static final int SIMPLE = 7;
  private static final long LINK_TAG = 42;

  private final Bytes block;

  /** A head: kind, argument, and where the content starts. */
  private record Head(int major, long value, int next) {}

  private DagCbor(Bytes block) {
    this.block = block;
  }

  /**
   * Reads a block.
   *
   * @throws UnixFsException when it is more or less than one dag-cbor value
   */
  static DagCbor of(Bytes block) {
    DagCbor cbor = new DagCbor(block);
    if (cbor.skip(0, new ArrayList<>()) != block.length()) {
      throw UnixFsException.malformed("dag-cbor: bytes after the end");
    }
    return cbor;
  }

  /** The links in the value at {@code at}, in the order they stand. */
  List<Cid> links(int at) {
    List<Cid> links = new ArrayList<>();
    int end = skip(at, links);
    if (end > block.length()) {
      throw cut(at);
    }
    return links;
  }

  /** The link that the value at {@code at} is. */
  Optional<Cid> link(int at) {
    Head head = head(at);
    return head.major() == TAG ? Optional.of(cid(head)) : Optional.empty();
  }

  /** Where the member of a map or the item of an array is, by key or number. */
  OptionalInt child(int at, String name) {
    Head head = head(at);
    if (head.major() == MAP) {
      return member(head, name);
    }
    if (head.major() == ARRAY && name.matches("0|[1-9]\\d{0,8}")) {
      int index = Integer.parseInt(name);
      return index < head.value() ? OptionalInt.of(item(head, index)) : OptionalInt.empty();
    }
    return OptionalInt.empty();
  }

  private int item(Head array, int index) {
    int at = array.next();
    for (int i = 0; i < index; i++) {
      at = skip(at, new ArrayList<>());
    }
    return at;
  }

  private OptionalInt member(Head map, String name) {
    Bytes wanted = Bytes.of(name.getBytes(StandardCharsets.UTF_8));
    int at = map.next();
    for (long i = 0; i < map.value(); i++) {
      Head key = head(at);
      if (key.major() != TEXT) {
        throw UnixFsException.malformed("dag-cbor: a key is no text (byte " + at + ")");
      }
      int value = end(key, at);
      if (block.slice(key.next(), (int) key.value()).equals(wanted)) {
        return OptionalInt.of(value);
      }
      at = skip(value, new ArrayList<>());
    }
    return OptionalInt.empty();
  }

  /** Passes over the value at {@code start}, collects its links, gives the place after it. */
  private int skip(int start, List<Cid> links) {
    int at = start;
    long left = 1;
    while (left > 0) {
      Head head = head(at);
      left--;
      if (head.major() == TAG) {
        links.add(cid(head));
        Head content = head(head.next());
        at = end(content, head.next());
      } else {
        at = end(head, at);
        left += head.major() == ARRAY ? head.value() : head.major() == MAP ? 2 * head.value() : 0;
        if (left > block.length() - at) {
          throw cut(at);
        }
      }
    }
    return at;
  }

  /** Where the bytes of a string end; of anything else where its head does. */
  private int end(Head head, int at) {
    if (head.major() != BYTE_STRING && head.major() != TEXT) {
      return head.next();
    }
    if (head.value() > block.length() - head.next()) {
      throw cut(at);
    }
    return head.next() + (int) head.value();
  }

  private Cid cid(Head tag) {
    Head content = head(tag.next());
    if (tag.value() != LINK_TAG || content.major() != BYTE_STRING || content.value() < 1) {
      throw UnixFsException.malformed("dag-cbor: a tag that is no link (byte " + tag.next() + ")");
    }
    int end = end(content, tag.next());
    try {
      if (block.at(content.next()) != 0) {
        throw new IllegalArgumentException("no zero byte before the CID");
      }
      return Cid.fromBytes(block.slice(content.next() + 1, end - content.next() - 1));
    } catch (IllegalArgumentException e) {
      throw new UnixFsException(UnixFsException.Kind.MALFORMED, "dag-cbor link", e);
    }
  }

  private Head head(int at) {
    if (at >= block.length()) {
      throw cut(at);
    }
    int first = block.at(at) & 0xff;
    int info = first & 0x1f;
    if (info < 24) {
      return new Head(first >>> 5, info, at + 1);
    }
    int size = info > 27 ? 0 : 1 << (info - 24);
    if (size == 0 || size > block.length() - at - 1) {
      throw cut(at);
    }
    long value = 0;
    for (int i = 1; i <= size; i++) {
      value = value << 8 | (block.at(at + i) & 0xff);
    }
    int major = first >>> 5;
    boolean counts = major >= BYTE_STRING && major < SIMPLE;
    if (counts && (value < 0 || value > Integer.MAX_VALUE)) {
      throw cut(at);
    }
    return new Head(major, value, at + 1 + size);
  }

  private static UnixFsException cut(int at) {
    return UnixFsException.malformed(
        "dag-cbor: cut short or of no definite length (byte " + at + ")");
  }
}
