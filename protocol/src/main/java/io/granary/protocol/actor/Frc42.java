package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.hash.Blake2b;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Method numbers made from names, as exported methods have them (FRC-0042). */
public final class Frc42 {
  private static final String CONSTRUCTOR = "Constructor";

  /** Numbers below are left to methods numbered by hand. */
  private static final long FIRST_RESERVED_FREE = 1L << 24;

  private Frc42() {}

  /**
   * The number of {@code methodName}: the first four bytes of BLAKE2b-512 of {@code 1|name}, in
   * order, that make 2^24 or more; 1 for the constructor.
   *
   * @throws IllegalArgumentException unless the name is of letters, digits and underscores and
   *     starts with a capital or an underscore
   */
  public static long methodNumber(String methodName) {
    if (!methodName.matches("[A-Z_][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException("FRC-42: not a method name: " + methodName);
    }
    if (methodName.equals(CONSTRUCTOR)) {
      return 1;
    }
    byte[] text = ("1|" + methodName).getBytes(StandardCharsets.US_ASCII);
    ByteBuffer words = ByteBuffer.wrap(Blake2b.hash512(Bytes.of(text)).toArray());
    while (words.hasRemaining()) {
      long number = Integer.toUnsignedLong(words.getInt());
      if (number >= FIRST_RESERVED_FREE) {
        return number;
      }
    }
    throw new IllegalArgumentException("FRC-42: no word of the hash serves " + methodName);
  }
}
