package io.granary.bridge.libp2p.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks the fields of one Protobuf message (Protocol Buffers, "Encoding"). For one thread.
 *
 * <pre>{@code
 * ProtoReader in = new ProtoReader(bytes, "identify");
 * while (in.next()) {
 *   switch (in.field()) {
 *     case 1 -> key = in.bytes(KEY_BYTES_MAX);
 *     case 5 -> version = in.text(VERSION_BYTES_MAX);
 *     default -> in.skip();
 *   }
 * }
 * }</pre>
 *
 * <p>A value that was not read is passed over by the next {@link #next}. Nothing is allocated
 * beyond the bytes given: a length is compared with what is left, and with the caller's bound,
 * first. Varints that are longer than needed are taken, as every Protobuf reader does; what must be
 * in one form only is compared by its owner with its own encoding. Groups are refused. Every method
 * throws {@link CodecException} naming the message and the field.
 */
public final class ProtoReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH_DELIMITED = 2;
  static final int FIXED32 = 5;

  private static final int VARINT_BYTES_MAX = 10;
  private static final int TAG_BITS = 3;
  private static final long TAG_MAX = 0xffff_ffffL;

  private final byte[] input;
  private final int end;
  private final String message;
  private int position;
  private int field;
  private int wireType;
  private boolean unread;

  /** Over all of {@code input}, which is not copied; {@code message} names it in errors. */
  public ProtoReader(byte[] input, String message) {
    this(input, 0, input.length, message);
  }

  private ProtoReader(byte[] input, int start, int end, String message) {
    this.input = input;
    this.position = start;
    this.end = end;
    this.message = message;
  }

  /** Goes to the next field; false at the end of the message. */
  public boolean next() {
    if (unread) {
      skip();
    }
    if (position == end) {
      return false;
    }
    long tag = readVarint("tag");
    if (tag < 0 || tag > TAG_MAX || tag >>> TAG_BITS == 0) {
      throw new CodecException(message + ": no field number at offset " + position);
    }
    field = (int) (tag >>> TAG_BITS);
    wireType = (int) tag & ((1 << TAG_BITS) - 1);
    unread = true;
    return true;
  }

  /** The number of the field. */
  public int field() {
    return field;
  }

  /** The field as an unsigned 64-bit number (the sign bit is the highest bit). */
  public long varint() {
    expect(VARINT);
    return readVarint("field " + field);
  }

  /** The field as bytes, at most {@code bytesMax}. */
  public byte[] bytes(int bytesMax) {
    int start = open(bytesMax);
    return Arrays.copyOfRange(input, start, position);
  }

  /** The field as UTF-8 text of at most {@code bytesMax} bytes; malformed UTF-8 is refused. */
  public String text(int bytesMax) {
    int start = open(bytesMax);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(input, start, position - start))
          .toString();
    } catch (CharacterCodingException e) {
      throw new CodecException(message + ": field " + field + " is no UTF-8 text", e);
    }
  }

  /** The field as a message inside this one, over the same bytes. */
  public ProtoReader message(String name) {
    int start = open(end);
    return new ProtoReader(input, start, position, name);
  }

  /** Passes over the value of the field. */
  public void skip() {
    unread = false;
    switch (wireType) {
      case VARINT -> readVarint("field " + field);
      case FIXED64 -> advance(Long.BYTES);
      case LENGTH_DELIMITED -> advance(length());
      case FIXED32 -> advance(Integer.BYTES);
      default ->
          throw new CodecException(
              message + ": field " + field + " has wire type " + wireType + ", which is not used");
    }
  }

  private int open(int bytesMax) {
    expect(LENGTH_DELIMITED);
    long length = length();
    if (Long.compareUnsigned(length, bytesMax) > 0) {
      throw new CodecException(
          message
              + ": field "
              + field
              + " has "
              + Long.toUnsignedString(length)
              + " bytes, at most "
              + bytesMax);
    }
    int start = position;
    advance(length);
    return start;
  }

  private void expect(int type) {
    if (!unread) {
      throw new IllegalStateException(message + ": field " + field + " was read before");
    }
    if (wireType != type) {
      throw new CodecException(
          message + ": field " + field + " has wire type " + wireType + ", expected " + type);
    }
    unread = false;
  }

  private long length() {
    return readVarint("length of field " + field);
  }

  private void advance(long count) {
    if (count < 0 || count > end - position) {
      throw new CodecException(
          message
              + ": field "
              + field
              + " says "
              + Long.toUnsignedString(count)
              + " bytes, "
              + (end - position)
              + " follow");
    }
    position += (int) count;
  }

  private long readVarint(String what) {
    long value = 0;
    for (int i = 0; i < VARINT_BYTES_MAX; i++) {
      if (position == end) {
        throw new CodecException(message + ": " + what + " is cut short at offset " + end);
      }
      byte next = input[position++];
      if (i == VARINT_BYTES_MAX - 1 && (next & 0xfe) != 0) {
        break;
      }
      value |= (long) (next & 0x7f) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw new CodecException(message + ": " + what + " has more than 64 bits");
  }
}
