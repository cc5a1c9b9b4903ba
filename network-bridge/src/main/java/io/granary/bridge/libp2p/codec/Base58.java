package io.granary.bridge.libp2p.codec;

import io.granary.protocol.Bytes;

/** Base58 in the Bitcoin alphabet (multibase "base58btc" without its prefix). */
public final class Base58 {
  private static final BigBase BASE =
      new BigBase("base58", "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");

  private Base58() {}

  /** The text of {@code input}; the time it takes grows with the square of its length. */
  public static String encode(Bytes input) {
    return BASE.encode(input);
  }

  /**
   * The bytes of {@code text}.
   *
   * @throws CodecException naming {@code field} for more than {@code charactersMax} characters or
   *     one outside the alphabet
   */
  public static Bytes decode(String text, int charactersMax, String field) {
    return BASE.decode(text, charactersMax, field);
  }
}
