package io.granary.protocol.bitfield;

import io.granary.protocol.Bytes;
import java.util.Arrays;

/**
 * The RLE+ byte form of bit fields. A stream of bits, least significant of each byte first: two
 * version bits 00, one bit that says whether the first run is of members, then run lengths by turns
 * of members and absent numbers. A length is {@code 1} for 1, {@code 01} and four bits for 2 to 15,
 * {@code 00} and an unsigned LEB128 for 16 and more. The last run is of members; zero bytes at the
 * end are dropped, so a reader takes what lies past the end as zeros.
 */
final class RlePlus {
  /** The longest encoding the actors read (ref-fvm ipld/bitfield, MAX_ENCODED_SIZE). */
  static final int MAX_BYTES = 32 << 10;

  /** No more runs than this fit {@link #MAX_BYTES}, at one bit each. */
  static final int MAX_RUNS = MAX_BYTES * 8;

  private RlePlus() {}

  static BitField decode(Bytes bytes) {
    if (bytes.isEmpty()) {
      return BitField.empty();
    }
    if (bytes.length() > MAX_BYTES) {
      throw new IllegalArgumentException(
          "bit field: at most " + MAX_BYTES + " bytes, got " + bytes.length());
    }
    if (bytes.at(bytes.length() - 1) == 0) {
      throw new IllegalArgumentException("bit field: last byte is zero");
    }
    BitReader reader = new BitReader(bytes);
    if (reader.read(2) != 0) {
      throw new IllegalArgumentException("bit field: version bits are not 00");
    }
    boolean present = reader.read(1) == 1;
    BitField.Builder builder = new BitField.Builder(16);
    boolean endsWithMembers = false;
    while (reader.position < reader.end) {
      builder.appendRun(present, readLength(reader));
      endsWithMembers = present;
      present = !present;
    }
    if (!endsWithMembers) {
      throw new IllegalArgumentException("bit field: ends with a run of absent numbers");
    }
    return builder.build();
  }

  private static long readLength(BitReader reader) {
    int start = reader.position;
    if (reader.read(1) == 1) {
      return 1;
    }
    if (reader.read(1) == 1) {
      long length = reader.read(4);
      if (length < 2) {
        throw notMinimal(start, length);
      }
      return length;
    }
    long length = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      long group = reader.read(8);
      length |= (group & 0x7f) << shift;
      if (group < 0x80) {
        if (length < 16 || group == 0) {
          throw notMinimal(start, length);
        }
        return length;
      }
    }
    throw new IllegalArgumentException("bit field: run of 2^63 or more at bit " + start);
  }

  private static IllegalArgumentException notMinimal(int bit, long length) {
    return new IllegalArgumentException(
        "bit field: run length " + length + " in a longer form than needed at bit " + bit);
  }

  static Bytes encode(BitField field) {
    if (field.isEmpty()) {
      return Bytes.empty();
    }
    long[] bounds = field.bounds();
    BitWriter writer = new BitWriter();
    writer.write(0, 2);
    writer.write(bounds[0] == 0 ? 1 : 0, 1);
    long position = 0;
    for (long bound : bounds) {
      if (bound > position) {
        writeLength(writer, bound - position);
      }
      position = bound;
    }
    return writer.toBytes();
  }

  private static void writeLength(BitWriter writer, long length) {
    if (length == 1) {
      writer.write(1, 1);
    } else if (length < 16) {
      writer.write(0b10, 2);
      writer.write((int) length, 4);
    } else {
      writer.write(0, 2);
      long rest = length;
      do {
        int low = (int) (rest & 0x7f);
        rest >>>= 7;
        writer.write(rest == 0 ? low : low | 0x80, 8);
      } while (rest != 0);
    }
  }

  /** Reads bits, zeros past the end. */
  private static final class BitReader {
    private final Bytes bytes;

    /** One past the last bit that is set. */
    private final int end;

    private int position;

    BitReader(Bytes bytes) {
      this.bytes = bytes;
      int last = bytes.at(bytes.length() - 1) & 0xff;
      end = bytes.length() * 8 - (Integer.numberOfLeadingZeros(last) - 24);
    }

    int read(int count) {
      int value = 0;
      for (int i = 0; i < count; i++, position++) {
        int index = position >> 3;
        if (index < bytes.length()) {
          value |= (bytes.at(index) >> (position & 7) & 1) << i;
        }
      }
      return value;
    }
  }

  /** Collects bits; drops zero bytes at the end. */
  private static final class BitWriter {
    private byte[] buffer = new byte[64];
    private int position;

    void write(int value, int count) {
      if (position + count > buffer.length * 8) {
        buffer = Arrays.copyOf(buffer, buffer.length * 2);
      }
      for (int i = 0; i < count; i++, position++) {
        buffer[position >> 3] |= (byte) ((value >> i & 1) << (position & 7));
      }
    }

    Bytes toBytes() {
      int length = (position + 7) / 8;
      while (length > 0 && buffer[length - 1] == 0) {
        length--;
      }
      if (length > MAX_BYTES) {
        throw new IllegalArgumentException(
            "bit field: at most " + MAX_BYTES + " bytes, needs " + length);
      }
      return Bytes.of(buffer, 0, length);
    }
  }
}
