package io.granary.protocol;

import java.util.Arrays;

/**
 * Base58 with the Bitcoin alphabet (multibase z, base58btc): the text of CIDv0 and of peer ids.
 * What decodes re-encodes to the same text.
 */
public final class Base58 {
  /** The longest input either way: the work grows with the square of the length. */
  public static final int MAX_LENGTH = 512;

  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

  private Base58() {}

  /** The text of {@code input}, which has at most {@link #MAX_LENGTH} bytes. */
  public static String encode(Bytes input) {
    requireLength(input.length(), "base58");
    int zeros = 0;
    while (zeros < input.length() && input.at(zeros) == 0) {
      zeros++;
    }
    byte[] digits = new byte[input.length() * 138 / 100 + 1];
    int used = 0;
    for (int i = zeros; i < input.length(); i++) {
      used = shiftIn(digits, used, 256, input.at(i) & 0xff, 58);
    }
    StringBuilder text = new StringBuilder(zeros + used);
    text.append("1".repeat(zeros));
    for (int i = used - 1; i >= 0; i--) {
      text.append(ALPHABET.charAt(digits[i]));
    }
    return text.toString();
  }

  /**
   * The bytes of {@code text}.
   *
   * @throws IllegalArgumentException naming {@code field} for a character outside the alphabet or a
   *     text longer than {@link #MAX_LENGTH}
   */
  public static Bytes decode(String text, String field) {
    requireLength(text.length(), field);
    int zeros = 0;
    while (zeros < text.length() && text.charAt(zeros) == '1') {
      zeros++;
    }
    byte[] bytes = new byte[text.length() + 1];
    int used = 0;
    for (int i = zeros; i < text.length(); i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0) {
        throw new IllegalArgumentException(
            field + ": character " + i + " is not in the base58 alphabet");
      }
      used = shiftIn(bytes, used, 58, digit, 256);
    }
    byte[] output = new byte[zeros + used];
    Arrays.fill(output, 0, zeros, (byte) 0);
    for (int i = 0; i < used; i++) {
      output[zeros + i] = bytes[used - 1 - i];
    }
    return Bytes.of(output);
  }

  /** Multiplies a number by {@code factor}, adds {@code digit}; digits lowest first in a base. */
  private static int shiftIn(byte[] digits, int used, int factor, int digit, int base) {
    int carry = digit;
    int length = used;
    for (int i = 0; i < used; i++) {
      carry += (digits[i] & 0xff) * factor;
      digits[i] = (byte) (carry % base);
      carry /= base;
    }
    while (carry > 0) {
      digits[length++] = (byte) (carry % base);
      carry /= base;
    }
    return length;
  }

  private static void requireLength(int length, String field) {
    if (length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          field + ": base58 of at most " + MAX_LENGTH + " characters, got " + length);
    }
  }
}
