package io.granary.protocol;

/**
 * Unsigned LEB128 numbers below 2^63, in their one shortest form (multiformats unsigned-varint).
 */
public final class Varint {
  /** The most bytes a number below 2^63 takes. */
  public static final int MAX_BYTES = 9;

  private Varint() {}

  /** A number read, and the offset of the byte after it. */
  public record Read(long value, int next) {}

  /** The shortest form of {@code value}, which must not be negative. */
  public static Bytes encode(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("varint: must not be negative, got " + value);
    }
    byte[] buffer = new byte[MAX_BYTES];
    int length = 0;
    long rest = value;
    do {
      int low = (int) (rest & 0x7f);
      rest >>>= 7;
      buffer[length++] = (byte) (rest == 0 ? low : low | 0x80);
    } while (rest != 0);
    return Bytes.of(buffer, 0, length);
  }

  /**
   * Reads the number at {@code offset}.
   *
   * @throws IllegalArgumentException naming {@code field} and the offset when the number is cut
   *     short, longer than needed, or 2^63 and above
   */
  public static Read decode(Bytes input, int offset, String field) {
    long value = 0;
    for (int i = 0; i < MAX_BYTES; i++) {
      if (offset + i >= input.length()) {
        throw new IllegalArgumentException(
            field + ": varint cut short at offset " + input.length());
      }
      byte next = input.at(offset + i);
      value |= (long) (next & 0x7f) << (7 * i);
      if (next >= 0) {
        if (next == 0 && i > 0) {
          throw new IllegalArgumentException(
              field + ": varint longer than needed at offset " + (offset + i));
        }
        return new Read(value, offset + i + 1);
      }
    }
    throw new IllegalArgumentException(field + ": varint of 2^63 or more at offset " + offset);
  }
}
