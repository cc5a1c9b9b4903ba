package io.granary.protocol.cbor;

import io.granary.protocol.ActorId;
import io.granary.protocol.BigIntBytes;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads deterministic dag-cbor and refuses everything else: longer heads than needed, indefinite
 * lengths, floats, tags other than 42, bytes after the end. Maps are the one thing taken in any
 * order of keys ({@link #fields}), since the storage market's are. A length is checked against its
 * limit and against what is left of the input before anything is allocated for it. Every refusal is
 * a {@link CborException} with the path of the field and the offset of the byte. Used by one
 * thread.
 */
public final class CborReader {
  /** The most items of a list (cbor-gen, MaxLength; what Go nodes read). */
  public static final int MAX_LIST_ITEMS = 8192;

  /** The longest byte string (cbor-gen, ByteArrayMaxLen): 2 MiB. */
  public static final int MAX_BYTE_STRING = 2 << 20;

  /** The most members of a map with known keys. */
  public static final int MAX_FIELDS = 64;

  /** The longest key of a map, in bytes. */
  public static final int MAX_KEY_BYTES = 256;

  /** How deep a value that is passed over may be nested. */
  public static final int MAX_SKIPPED_DEPTH = 32;

  private static final int UNSIGNED = 0;
  private static final int NEGATIVE = 1;
  private static final int BYTE_STRING = 2;
  private static final int TEXT_STRING = 3;
  private static final int ARRAY = 4;
  private static final int MAP = 5;
  private static final int TAG = 6;
  private static final int SIMPLE = 7;
  private static final int LINK_TAG = 42;
  private static final int BIT_FIELD_MAX_BYTES = 32 << 10;

  /** Longest address bytes: protocol, nine namespace bytes and a sub-address. */
  private static final int ADDRESS_MAX_BYTES = 10 + Address.MAX_SUB_ADDRESS_BYTES;

  private static final String[] KINDS = {
    "unsigned number", "negative number", "byte string", "text", "array", "map", "tag", "simple"
  };

  private final byte[] input;
  private final Deque<String> path = new ArrayDeque<>();
  private int offset;

  private CborReader(Bytes input) {
    this.input = input.toArray();
  }

  private CborReader(CborReader same, int offset) {
    this.input = same.input;
    this.offset = offset;
  }

  /**
   * Reads {@code input} as one value and nothing after it.
   *
   * @param name what the value is called in errors
   * @throws CborException when {@code input} is anything else
   */
  public static <T> T decode(Bytes input, String name, CborDecoder<T> decoder) {
    CborReader reader = new CborReader(input);
    return reader.within(
        name,
        () -> {
          T value = decoder.read(reader);
          if (reader.offset != reader.input.length) {
            throw reader.refuse(
                "", reader.offset, (reader.input.length - reader.offset) + " bytes after the end");
          }
          return value;
        });
  }

  /** Reads a struct: an array of exactly {@code fields} items. */
  public <T> T struct(String field, int fields, CborDecoder<T> decoder) {
    return within(
        field,
        () -> {
          array("", fields, fields);
          return decoder.read(this);
        });
  }

  /** Reads a value whose own name adds to the path of what is read inside. */
  public <T> T nested(String field, CborDecoder<T> decoder) {
    return within(field, () -> decoder.read(this));
  }

  /** Reads an array of at most {@code max} items. */
  public <T> List<T> list(String field, int max, CborDecoder<T> decoder) {
    return within(
        field,
        () -> {
          int count = array("", 0, max);
          List<T> items = new ArrayList<>(Math.min(count, 1024));
          for (int i = 0; i < count; i++) {
            items.add(within("[" + i + "]", () -> decoder.read(this)));
          }
          return List.copyOf(items);
        });
  }

  /** Reads a value or null. */
  public <T> Optional<T> optional(String field, CborDecoder<T> decoder) {
    if (nextIsNull()) {
      offset++;
      return Optional.empty();
    }
    return Optional.of(within(field, () -> decoder.read(this)));
  }

  /** Whether a null comes next. */
  public boolean nextIsNull() {
    return offset < input.length && (input[offset] & 0xff) == 0xf6;
  }

  /** Whether a byte string comes next, for values that may be bytes or text. */
  public boolean nextIsBytes() {
    return offset < input.length && (input[offset] & 0xff) >>> 5 == BYTE_STRING;
  }

  /**
   * Finds the members of a map with text keys, none of them twice, and passes over the map; they
   * are read through what is returned.
   */
  public CborFields fields(String field) {
    return within(
        field,
        () -> {
          int start = offset;
          long count = head("", MAP);
          if (count < 0 || count > MAX_FIELDS) {
            throw refuse(
                "",
                start,
                "at most " + MAX_FIELDS + " members, got " + Long.toUnsignedString(count));
          }
          Map<String, Integer> starts = new HashMap<>();
          for (int i = 0; i < count; i++) {
            int keyStart = offset;
            String key = text("key", MAX_KEY_BYTES);
            if (starts.put(key, offset) != null) {
              throw refuse("", keyStart, "key " + key + " twice");
            }
            skip(key);
          }
          return new CborFields(at(offset), starts);
        });
  }

  /** A reader of the same input under the same path, standing at byte {@code start}. */
  CborReader at(int start) {
    CborReader other = new CborReader(this, start);
    other.path.addAll(path);
    return other;
  }

  /** Passes over one value of any kind. */
  private void skip(String field) {
    CborScanner scanner = new CborScanner(input.length, MAX_SKIPPED_DEPTH);
    int start = offset;
    try {
      offset += scanner.scan(input, offset, input.length - offset);
    } catch (CborException e) {
      throw CborException.malformed(pathOf(field), start, e);
    }
    if (!scanner.complete()) {
      throw refuse(field, start, "input ends inside a value");
    }
  }

  /**
   * Reads the head of an array and gives its length, which must be {@code min} to {@code max} and
   * no more than the bytes left, since every item takes one at least.
   */
  public int array(String field, int min, int max) {
    int start = offset;
    long count = head(field, ARRAY);
    if (count < min || count > max) {
      String expected = min == max ? Integer.toString(min) : min + " to " + max;
      throw refuse(
          field,
          start,
          "expected an array of " + expected + " items, got " + Long.toUnsignedString(count));
    }
    if (count > input.length - offset) {
      throw refuse(
          field, start, count + " items in the " + (input.length - offset) + " bytes left");
    }
    return (int) count;
  }

  /** Reads a number from 0 to 2^63 − 1. */
  public long uint(String field) {
    int start = offset;
    long value = head(field, UNSIGNED);
    if (value < 0) {
      throw refuse(field, start, "must be below 2^63, got " + Long.toUnsignedString(value));
    }
    return value;
  }

  /** Reads a number from 0 to {@code max}. */
  public int uint(String field, int max) {
    int start = offset;
    long value = uint(field);
    if (value > max) {
      throw CborException.valueRefused(
          pathOf(field),
          start,
          new IllegalArgumentException("must be 0 to " + max + ", got " + value));
    }
    return (int) value;
  }

  /** Reads an unsigned number of 64 bits: results below 0 stand for 2^63 and more. */
  public long uint64(String field) {
    return head(field, UNSIGNED);
  }

  /** Reads a signed number of 64 bits. */
  public long int64(String field) {
    int start = offset;
    int major = offset < input.length ? (input[offset] & 0xff) >>> 5 : UNSIGNED;
    long value = head(field, major == NEGATIVE ? NEGATIVE : UNSIGNED);
    if (value < 0) {
      throw refuse(field, start, "does not fit 64 bits with a sign");
    }
    return major == NEGATIVE ? ~value : value;
  }

  /** Reads an epoch, which may be negative. */
  public Epoch epoch(String field) {
    return new Epoch(int64(field));
  }

  public boolean bool(String field) {
    int start = offset;
    int next = offset < input.length ? input[offset] & 0xff : -1;
    if (next != 0xf4 && next != 0xf5) {
      throw refuse(field, start, "expected a boolean, got " + describe(start));
    }
    offset++;
    return next == 0xf5;
  }

  /** Reads a byte string of at most {@code max} bytes. */
  public Bytes bytes(String field, int max) {
    int length = stringLength(field, BYTE_STRING, max);
    Bytes value = Bytes.of(input, offset, length);
    offset += length;
    return value;
  }

  /** Reads a text of at most {@code max} bytes of valid UTF-8. */
  public String text(String field, int max) {
    int start = offset;
    int length = stringLength(field, TEXT_STRING, max);
    try {
      String value =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(input, offset, length))
              .toString();
      offset += length;
      return value;
    } catch (CharacterCodingException e) {
      throw CborException.malformed(
          pathOf(field), start, new IllegalArgumentException("text is no valid UTF-8", e));
    }
  }

  /** Reads the bytes of a text of at most {@code max} bytes, whatever they are. */
  public Bytes textBytes(String field, int max) {
    int length = stringLength(field, TEXT_STRING, max);
    Bytes value = Bytes.of(input, offset, length);
    offset += length;
    return value;
  }

  /** Reads a link. */
  public Cid cid(String field) {
    int start = offset;
    return formed(field, start, linkBytes(field), Cid::fromBytes);
  }

  /** Reads the binary CID of a link, of any version. */
  public Bytes linkBytes(String field) {
    int start = offset;
    long tag = head(field, TAG);
    if (tag != LINK_TAG) {
      throw refuse(field, start, "expected tag 42, got tag " + Long.toUnsignedString(tag));
    }
    Bytes value = bytes(field, Cid.MAX_BYTES + 1);
    if (value.isEmpty() || value.at(0) != 0) {
      throw refuse(field, start, "a link must start with a zero byte");
    }
    return value.slice(1, value.length() - 1);
  }

  public Address address(String field) {
    int start = offset;
    return formed(field, start, bytes(field, ADDRESS_MAX_BYTES), Address::fromBytes);
  }

  public BigInteger bigInteger(String field) {
    int start = offset;
    return formed(field, start, bytes(field, BigIntBytes.MAX_BYTES), BigIntBytes::decode);
  }

  public TokenAmount amount(String field) {
    return new TokenAmount(bigInteger(field));
  }

  public BitField bitField(String field) {
    int start = offset;
    return formed(field, start, bytes(field, BIT_FIELD_MAX_BYTES), BitField::fromRlePlus);
  }

  public SectorNumber sectorNumber(String field) {
    return new SectorNumber(uint(field));
  }

  public ActorId actorId(String field) {
    return new ActorId(uint(field));
  }

  public RegisteredSealProof sealProof(String field) {
    int start = offset;
    return accepted(field, start, int64(field), n -> new RegisteredSealProof(proofNumber(n)));
  }

  public RegisteredPoStProof postProof(String field) {
    int start = offset;
    return accepted(field, start, int64(field), n -> new RegisteredPoStProof(proofNumber(n)));
  }

  private static int proofNumber(long number) {
    if (number < 0 || number > Byte.MAX_VALUE) {
      throw new IllegalArgumentException("no registered proof is numbered " + number);
    }
    return (int) number;
  }

  /** Reads a link to a CommR. */
  public Commitment sealedCommitment(String field) {
    int start = offset;
    return accepted(field, start, cid(field), Cid::toSealedCommitment);
  }

  /** Reads a link to a CommP or CommD. */
  public Commitment unsealedCommitment(String field) {
    int start = offset;
    return accepted(field, start, cid(field), Cid::toUnsealedCommitment);
  }

  /** A form inside the bytes, such as an address, that is part of the structure. */
  private <A, B> B formed(String field, int start, A value, Function<A, B> convert) {
    try {
      return convert.apply(value);
    } catch (IllegalArgumentException e) {
      throw CborException.malformed(pathOf(field), start, e);
    }
  }

  /** A value of the right structure that its type may refuse. */
  private <A, B> B accepted(String field, int start, A value, Function<A, B> convert) {
    try {
      return convert.apply(value);
    } catch (IllegalArgumentException e) {
      throw CborException.valueRefused(pathOf(field), start, e);
    }
  }

  private interface Body<T> {
    T read();
  }

  /** Runs {@code body} under {@code field}; what a constructor refuses gets path and offset. */
  private <T> T within(String field, Body<T> body) {
    int start = offset;
    path.addLast(field);
    try {
      T value = body.read();
      path.removeLast();
      return value;
    } catch (CborException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw CborException.valueRefused(pathOf(""), start, e);
    }
  }

  private int stringLength(String field, int major, int max) {
    int start = offset;
    long length = head(field, major);
    if (length < 0 || length > max) {
      throw refuse(field, start, "at most " + max + " bytes, got " + Long.toUnsignedString(length));
    }
    if (length > input.length - offset) {
      throw refuse(
          field, start, "says " + length + " bytes, " + (input.length - offset) + " are left");
    }
    return (int) length;
  }

  /** Reads a head of kind {@code major} and gives its argument. */
  private long head(String field, int major) {
    int start = offset;
    if (offset >= input.length) {
      throw refuse(field, start, "input ends where " + KINDS[major] + " is expected");
    }
    int first = input[offset] & 0xff;
    if (first >>> 5 != major) {
      throw refuse(field, start, "expected " + KINDS[major] + ", got " + describe(start));
    }
    int info = first & 0x1f;
    if (info < 24) {
      offset++;
      return info;
    }
    if (info > 27) {
      throw refuse(field, start, info == 31 ? "indefinite length" : "reserved head " + info);
    }
    int size = 1 << (info - 24);
    if (size > input.length - offset - 1) {
      throw refuse(field, start, "input ends inside a head");
    }
    long value = 0;
    for (int i = 1; i <= size; i++) {
      value = value << 8 | (input[offset + i] & 0xff);
    }
    boolean shortest =
        switch (size) {
          case 1 -> value >= 24;
          case 2 -> value >= 0x100;
          case 4 -> value >= 0x10000;
          default -> value < 0 || value >= 0x1_0000_0000L;
        };
    if (!shortest) {
      throw refuse(field, start, "a number in a longer form than needed");
    }
    offset += 1 + size;
    return value;
  }

  private String describe(int at) {
    if (at >= input.length) {
      return "the end of the input";
    }
    int major = (input[at] & 0xff) >>> 5;
    return major == SIMPLE ? "simple or float 0x%02x".formatted(input[at]) : KINDS[major];
  }

  private CborException refuse(String field, int at, String problem) {
    return new CborException(pathOf(field), at, problem);
  }

  private String pathOf(String field) {
    StringBuilder text = new StringBuilder();
    for (String part : path) {
      appendPart(text, part);
    }
    appendPart(text, field);
    return text.toString();
  }

  private static void appendPart(StringBuilder text, String part) {
    if (!part.isEmpty()) {
      text.append(text.length() == 0 || part.startsWith("[") ? "" : ".").append(part);
    }
  }
}
