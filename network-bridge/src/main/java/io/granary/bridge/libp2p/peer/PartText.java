package io.granary.bridge.libp2p.peer;

import io.granary.protocol.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Text inside addresses that strangers send and that we log: strict UTF-8, nothing invisible. */
final class PartText {
  private static final String UNRESERVED = "-._~";
  private static final int QUOTE_LENGTH_MAX = 64;
  private static final int ESCAPE_LENGTH = 3;

  private PartText() {}

  /** The bytes of {@code text}; refuses halves of characters. */
  static Bytes encode(String text) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] value = new byte[encoded.remaining()];
      encoded.get(value);
      return Bytes.of(value);
    } catch (CharacterCodingException e) {
      throw new PeerFormatException("is no text", e);
    }
  }

  /** The text of {@code value}; refuses what is no UTF-8, and control characters. */
  static String decode(Bytes value) {
    String text;
    try {
      text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value.toArray())).toString();
    } catch (CharacterCodingException e) {
      throw new PeerFormatException("is no UTF-8 text", e);
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new PeerFormatException("has control characters");
    }
    return text;
  }

  /** Whether {@code character} is a space of any kind, by Java or by Unicode. */
  static boolean isWhite(int character) {
    return Character.isWhitespace(character) || Character.isSpaceChar(character);
  }

  /** Percent-encoding (RFC 3986, section 2.1) of all but unreserved characters and {@code keep}. */
  static String percentEncode(Bytes value, String keep) {
    StringBuilder text = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char character = (char) (value.at(i) & 0xff);
      if (isPlain(character) || keep.indexOf(character) >= 0) {
        text.append(character);
      } else {
        text.append('%')
            .append(Bytes.of(new byte[] {value.at(i)}).toHex().toUpperCase(Locale.ROOT));
      }
    }
    return text.toString();
  }

  private static boolean isPlain(char character) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9')
        || UNRESERVED.indexOf(character) >= 0;
  }

  /** The bytes of percent-encoded text; other characters stand for themselves. */
  static Bytes percentDecode(String text) {
    Bytes encoded = encode(text);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      if (encoded.at(i) != '%') {
        decoded.write(encoded.at(i));
        continue;
      }
      int code = -1;
      if (i + ESCAPE_LENGTH <= encoded.length()) {
        byte[] hex = encoded.slice(i + 1, ESCAPE_LENGTH - 1).toArray();
        code = Digits.parse(new String(hex, StandardCharsets.ISO_8859_1), 16, 2, 0xff);
      }
      if (code < 0) {
        throw new PeerFormatException("has a % without two hex digits");
      }
      decoded.write(code);
      i += ESCAPE_LENGTH - 1;
    }
    return Bytes.of(decoded.toByteArray());
  }

  /** Text for an error message: short, in quotes, and without anything invisible. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("'");
    for (int i = 0; i < Math.min(text.length(), QUOTE_LENGTH_MAX); i++) {
      char character = text.charAt(i);
      quoted.append(character < ' ' || character > '~' ? '?' : character);
    }
    return quoted.append(text.length() > QUOTE_LENGTH_MAX ? "…'" : "'").toString();
  }
}
