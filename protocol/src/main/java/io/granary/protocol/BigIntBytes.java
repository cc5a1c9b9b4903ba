package io.granary.protocol;

import java.math.BigInteger;

/**
 * The chain's byte form of big integers: nothing for 0, else a sign byte (0 plus, 1 minus) and the
 * shortest big-endian magnitude (go-state-types big/int.go).
 */
public final class BigIntBytes {
  /** The longest form, sign byte included (go-state-types, BigIntMaxSerializedLen). */
  public static final int MAX_BYTES = 128;

  private BigIntBytes() {}

  /**
   * The byte form of {@code value}.
   *
   * @throws IllegalArgumentException when it would be longer than {@value #MAX_BYTES} bytes
   */
  public static Bytes encode(BigInteger value) {
    if (value.signum() == 0) {
      return Bytes.empty();
    }
    byte[] magnitude = value.abs().toByteArray();
    int skip = magnitude[0] == 0 ? 1 : 0;
    byte[] output = new byte[magnitude.length - skip + 1];
    if (output.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "big integer: at most " + MAX_BYTES + " bytes, got " + output.length);
    }
    output[0] = (byte) (value.signum() < 0 ? 1 : 0);
    System.arraycopy(magnitude, skip, output, 1, magnitude.length - skip);
    return Bytes.of(output);
  }

  /**
   * Reads what {@link #encode} writes.
   *
   * @throws IllegalArgumentException for any other form of the same number
   */
  public static BigInteger decode(Bytes input) {
    if (input.isEmpty()) {
      return BigInteger.ZERO;
    }
    if (input.length() > MAX_BYTES) {
      throw new IllegalArgumentException(
          "big integer: at most " + MAX_BYTES + " bytes, got " + input.length());
    }
    if (input.at(0) != 0 && input.at(0) != 1) {
      throw new IllegalArgumentException(
          "big integer: sign byte must be 0 or 1, got " + (input.at(0) & 0xff));
    }
    if (input.length() == 1 || input.at(1) == 0) {
      throw new IllegalArgumentException("big integer: magnitude must have no leading zero byte");
    }
    return new BigInteger(input.at(0) == 0 ? 1 : -1, input.toArray(), 1, input.length() - 1);
  }

  /**
   * Reads a decimal text in its shortest form, as JSON-RPC writes it.
   *
   * @throws IllegalArgumentException naming {@code field} for anything else
   */
  public static BigInteger parse(String text, String field) {
    // 308 digits already pass 2^1016, the largest magnitude of 127 bytes.
    if (text.isEmpty() || text.length() > 308) {
      throw new IllegalArgumentException(
          field + ": expected 1 to 308 decimal characters, got " + text.length());
    }
    int start = text.charAt(0) == '-' ? 1 : 0;
    boolean canonical = text.length() > start;
    for (int i = start; i < text.length(); i++) {
      canonical &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    canonical &= !(text.length() > start && text.charAt(start) == '0') || text.equals("0");
    if (!canonical) {
      throw new IllegalArgumentException(field + ": not a decimal integer: " + text);
    }
    return new BigInteger(text);
  }
}
