package io.granary.protocol.piece;

import io.granary.protocol.Bytes;

/**
 * A 32-byte commitment (CommP, CommD or CommR): a BLS12-381 scalar in little-endian bytes, below
 * the field's modulus. CommP and CommD have the two top bits clear besides, being truncated
 * SHA-256; CommR, a Poseidon hash, often has the second of them set.
 */
public record Commitment(Bytes bytes) {
  /** The scalar field's modulus, big-endian (proofs.md; bls12_381 `MODULUS`). */
  private static final Bytes MODULUS =
      Bytes.fromHex("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");

  public Commitment {
    bytes.requireLength(32, "commitment");
    if (reversed(bytes).compareTo(MODULUS) >= 0) {
      throw new IllegalArgumentException("commitment: not below the field's modulus, got " + bytes);
    }
  }

  public static Commitment fromHex(String hex) {
    return new Commitment(Bytes.fromHex(hex));
  }

  @Override
  public String toString() {
    return bytes.toHex();
  }

  private static Bytes reversed(Bytes bytes) {
    byte[] reversed = new byte[bytes.length()];
    for (int i = 0; i < reversed.length; i++) {
      reversed[i] = bytes.at(reversed.length - 1 - i);
    }
    return Bytes.of(reversed);
  }
}
