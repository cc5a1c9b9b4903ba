package io.granary.bridge.client.secret;

import io.granary.protocol.Base32;
import io.granary.protocol.Bytes;
import io.granary.protocol.hash.Blake2b;

/**
 * For whom content is encrypted: an X25519 public key (RFC 7748). Text: {@code granary1} and the
 * base32 of the key and four bytes of BLAKE2b over it, so that a slip of the pen is noticed.
 */
public record Recipient(Bytes publicKey) {
  static final int KEY_BYTES = 32;
  private static final String PREFIX = "granary1";
  private static final int CHECKSUM_BYTES = 4;

  public Recipient {
    publicKey.requireLength(KEY_BYTES, "recipient key");
  }

  /**
   * Reads the text.
   *
   * @throws SecretException when it is no recipient, or mistyped
   */
  public static Recipient parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw new SecretException("a recipient starts with " + PREFIX + ", got " + text);
    }
    try {
      Bytes bytes =
          Base32.decode(text.substring(PREFIX.length()), "recipient")
              .requireLength(KEY_BYTES + CHECKSUM_BYTES, "recipient");
      Bytes key = bytes.slice(0, KEY_BYTES);
      if (!Blake2b.checksum(key).equals(bytes.slice(KEY_BYTES, CHECKSUM_BYTES))) {
        throw new SecretException(
            "recipient " + text + ": wrong checksum, look for a typing error");
      }
      return new Recipient(key);
    } catch (IllegalArgumentException e) {
      throw new SecretException("recipient " + text + ": " + e.getMessage(), e);
    }
  }

  /** The text. */
  @Override
  public String toString() {
    return PREFIX + Base32.encode(Bytes.concat(publicKey, Blake2b.checksum(publicKey)));
  }
}
