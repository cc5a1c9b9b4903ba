package io.granary.protocol;

/** RFC 4648 base32 in lower case without padding; what decodes re-encodes to the same text. */
public final class Base32 {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

  private Base32() {}

  /** The text of {@code input}. */
  public static String encode(Bytes input) {
    StringBuilder text = new StringBuilder((input.length() * 8 + 4) / 5);
    int buffer = 0;
    int bits = 0;
    for (int i = 0; i < input.length(); i++) {
      buffer = (buffer << 8 | (input.at(i) & 0xff)) & 0xfff;
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        text.append(ALPHABET.charAt(buffer >>> bits & 0x1f));
      }
    }
    if (bits > 0) {
      text.append(ALPHABET.charAt(buffer << (5 - bits) & 0x1f));
    }
    return text.toString();
  }

  /**
   * The bytes of {@code text}.
   *
   * @throws IllegalArgumentException naming {@code field} for a character outside the alphabet, a
   *     length no encoder makes, or trailing bits that are not zero
   */
  public static Bytes decode(String text, String field) {
    byte[] output = new byte[(int) (text.length() * 5L / 8)];
    int length = 0;
    int buffer = 0;
    int bits = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0) {
        throw new IllegalArgumentException(
            field + ": character " + i + " is not in the base32 alphabet");
      }
      buffer = (buffer << 5 | digit) & 0xfff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        output[length++] = (byte) (buffer >>> bits);
      }
    }
    if (bits >= 5) {
      throw new IllegalArgumentException(
          field + ": " + text.length() + " characters are no base32 length");
    }
    if ((buffer & ((1 << bits) - 1)) != 0) {
      throw new IllegalArgumentException(field + ": unused trailing base32 bits must be zero");
    }
    return Bytes.of(output);
  }
}
