package io.granary.bridge.libp2p.codec;

import io.granary.protocol.Base32;
import io.granary.protocol.Base58;
import io.granary.protocol.Bytes;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Text that says by its first character how bytes are written (multiformats/multibase): base16,
 * base32, base36, base58btc and the forms of base64. What is read is in the one form its encoder
 * makes: unused bits are zero, padding is there where the base has it and nowhere else.
 */
public final class Multibase {
  private static final BigBase BASE36 =
      new BigBase("base36", "0123456789abcdefghijklmnopqrstuvwxyz");

  private Multibase() {}

  /** {@code b}: base32 in lower case, what CIDs are printed in. */
  public static String base32(Bytes input) {
    return 'b' + Base32.encode(input);
  }

  /** {@code k}: base36 in lower case, what peer ids are called in names of hosts. */
  public static String base36(Bytes input) {
    return 'k' + BASE36.encode(input);
  }

  /** {@code u}: base64url without padding, what certificate hashes are printed in. */
  public static String base64url(Bytes input) {
    return 'u' + Base64.getUrlEncoder().withoutPadding().encodeToString(input.toArray());
  }

  /**
   * The bytes of {@code text}.
   *
   * @throws CodecException naming {@code field} for no text, more than {@code charactersMax}
   *     characters, an unknown base, or text that is not of that base
   */
  public static Bytes decode(String text, int charactersMax, String field) {
    if (text.isEmpty()) {
      throw new CodecException(field + ": empty");
    }
    if (text.length() > charactersMax) {
      throw new CodecException(
          field + ": " + text.length() + " characters, at most " + charactersMax);
    }
    String digits = text.substring(1);
    return switch (text.charAt(0)) {
      case 'f' -> hex(digits, digits.toLowerCase(Locale.ROOT), field);
      case 'F' -> hex(digits, digits.toUpperCase(Locale.ROOT), field);
      case 'b' -> base32(digits, field);
      case 'B' -> base32(lower(digits, field), field);
      case 'k' -> BASE36.decode(digits, charactersMax, field);
      case 'K' -> BASE36.decode(lower(digits, field), charactersMax, field);
      case 'z' -> base58(digits, charactersMax, field);
      case 'm' -> base64(digits, Base64.getDecoder(), plain(Base64.getEncoder()), field);
      case 'M' -> base64(digits, Base64.getDecoder(), Base64.getEncoder(), field);
      case 'u' -> base64(digits, Base64.getUrlDecoder(), plain(Base64.getUrlEncoder()), field);
      case 'U' -> base64(digits, Base64.getUrlDecoder(), Base64.getUrlEncoder(), field);
      default -> throw new CodecException(field + ": unknown multibase " + shown(text.charAt(0)));
    };
  }

  /**
   * The bytes of base58 without a prefix, as peer ids are written.
   *
   * @throws CodecException naming {@code field} for more than {@code charactersMax} characters, or
   *     512, or one outside the alphabet
   */
  public static Bytes base58(String digits, int charactersMax, String field) {
    if (digits.length() > charactersMax) {
      throw new CodecException(
          field + ": " + digits.length() + " characters of base58, at most " + charactersMax);
    }
    try {
      return Base58.decode(digits, field);
    } catch (IllegalArgumentException e) {
      throw new CodecException(String.valueOf(e.getMessage()), e);
    }
  }

  private static String shown(char prefix) {
    return prefix > ' ' && prefix <= '~'
        ? "'" + prefix + "'"
        : "U+" + HexFormat.of().toHexDigits(prefix);
  }

  private static Base64.Encoder plain(Base64.Encoder encoder) {
    return encoder.withoutPadding();
  }

  private static Bytes hex(String digits, String inRightCase, String field) {
    try {
      if (digits.equals(inRightCase)) {
        return Bytes.of(HexFormat.of().parseHex(digits));
      }
    } catch (IllegalArgumentException e) {
      throw new CodecException(field + ": no base16 text", e);
    }
    throw new CodecException(field + ": base16 text in the wrong case");
  }

  private static Bytes base32(String digits, String field) {
    try {
      return Base32.decode(digits, field);
    } catch (IllegalArgumentException e) {
      throw new CodecException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Bytes base64(
      String digits, Base64.Decoder decoder, Base64.Encoder encoder, String field) {
    byte[] decoded;
    try {
      decoded = decoder.decode(digits);
    } catch (IllegalArgumentException e) {
      throw new CodecException(field + ": no base64 text", e);
    }
    if (!encoder.encodeToString(decoded).equals(digits)) {
      throw new CodecException(field + ": base64 text in a form no encoder makes");
    }
    return Bytes.of(decoded);
  }

  /** Upper-case digits in lower case; everything beyond them in ASCII is refused. */
  private static String lower(String digits, String field) {
    if (digits.chars().anyMatch(character -> character > 'Z')) {
      throw new CodecException(field + ": text in the wrong case for its multibase");
    }
    return digits.toLowerCase(Locale.ROOT);
  }
}
