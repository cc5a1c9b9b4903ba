package io.granary.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/** An immutable byte string with value equality. */
public final class Bytes implements Comparable<Bytes> {
  private static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] value;

  private Bytes(byte[] value) {
    this.value = value;
  }

  /** Copies {@code value}. */
  public static Bytes of(byte[] value) {
    return value.length == 0 ? EMPTY : new Bytes(value.clone());
  }

  /** Copies {@code length} bytes of {@code value} from {@code offset}. */
  public static Bytes of(byte[] value, int offset, int length) {
    return length == 0 ? EMPTY : new Bytes(Arrays.copyOfRange(value, offset, offset + length));
  }

  /**
   * The next {@code length} bytes of {@code source}, or as many as there are.
   *
   * @throws IOException when it cannot be read
   */
  public static Bytes read(InputStream source, int length) throws IOException {
    byte[] value = new byte[length];
    int read = source.readNBytes(value, 0, length);
    return read == length && length > 0 ? new Bytes(value) : of(value, 0, read);
  }

  /** The byte string of no bytes. */
  public static Bytes empty() {
    return EMPTY;
  }

  /**
   * Reads hex digits, upper or lower case.
   *
   * @throws IllegalArgumentException when {@code hex} is no even-length hex text
   */
  public static Bytes fromHex(String hex) {
    return new Bytes(HexFormat.of().parseHex(hex));
  }

  /** The bytes of {@code parts} one after the other. */
  public static Bytes concat(Bytes... parts) {
    int length = 0;
    for (Bytes part : parts) {
      length = Math.addExact(length, part.length());
    }
    byte[] joined = new byte[length];
    int offset = 0;
    for (Bytes part : parts) {
      System.arraycopy(part.value, 0, joined, offset, part.length());
      offset += part.length();
    }
    return joined.length == 0 ? EMPTY : new Bytes(joined);
  }

  /** The {@code length} bytes from {@code offset}. */
  public Bytes slice(int offset, int length) {
    Objects.checkFromIndexSize(offset, length, value.length);
    return of(value, offset, length);
  }

  /** Copies {@code length} bytes from {@code offset} into {@code target}. */
  public void copyTo(int offset, byte[] target, int targetOffset, int length) {
    System.arraycopy(value, offset, target, targetOffset, length);
  }

  /** Whether the first bytes are {@code prefix}. */
  public boolean startsWith(Bytes prefix) {
    return value.length >= prefix.value.length
        && Arrays.equals(value, 0, prefix.value.length, prefix.value, 0, prefix.value.length);
  }

  /** The number of bytes. */
  public int length() {
    return value.length;
  }

  /** Whether there are no bytes. */
  public boolean isEmpty() {
    return value.length == 0;
  }

  /** The byte at {@code index}, signed as Java bytes are. */
  public byte at(int index) {
    return value[index];
  }

  /** A copy of the bytes, the caller's own. */
  public byte[] toArray() {
    return value.clone();
  }

  /** A view of the bytes, not a copy. */
  public ByteBuffer asReadOnlyBuffer() {
    return ByteBuffer.wrap(value).asReadOnlyBuffer();
  }

  /** Lower-case hex. */
  public String toHex() {
    return HexFormat.of().formatHex(value);
  }

  /**
   * This, when it is {@code length} bytes long.
   *
   * @throws IllegalArgumentException naming {@code field} otherwise
   */
  public Bytes requireLength(int length, String field) {
    if (value.length != length) {
      throw new IllegalArgumentException(
          field + ": expected " + length + " bytes, got " + value.length);
    }
    return this;
  }

  /** Compares as unsigned bytes, shorter first on a common prefix. */
  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(value, other.value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return toHex();
  }
}
