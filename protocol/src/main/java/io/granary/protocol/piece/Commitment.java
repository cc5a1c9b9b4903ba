package io.granary.protocol.piece;

import io.granary.protocol.Bytes;

/** A 32-byte commitment (CommP, CommD or CommR), a field element: the two top bits are clear. */
public record Commitment(Bytes bytes) {
  public Commitment {
    bytes.requireLength(32, "commitment");
    if ((bytes.at(31) & 0xc0) != 0) {
      throw new IllegalArgumentException(
          "commitment: the top two bits of byte 31 must be clear, got " + bytes);
    }
  }

  public static Commitment fromHex(String hex) {
    return new Commitment(Bytes.fromHex(hex));
  }

  @Override
  public String toString() {
    return bytes.toHex();
  }
}
