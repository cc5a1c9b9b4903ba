package io.granary.protocol.signature;

import java.util.Optional;

/**
 * What signatures need of the curve secp256k1. Whoever calls has checked the ranges that {@link
 * Secp256k1} names; lengths are fixed: secrets and digests 32 bytes, big-endian, keys 65,
 * uncompressed. Thread-safe.
 */
interface CurveMath {
  /** The public key of {@code secret}, which is from 1 to the group's order less 1. */
  byte[] publicKey(byte[] secret);

  /** R ‖ S, 64 bytes: deterministic (RFC 6979 with SHA-256), S the lower of its two values. */
  byte[] sign(byte[] secret, byte[] digest);

  /**
   * The key whose signature {@code parts}, R ‖ S, is over {@code digest} (SEC 1, 4.1.6).
   *
   * @param v 0 to 3: the parity of the point at R, and 2 when its x is R plus the order
   * @return empty when that x is on no point of the curve, or the key would be the point at
   *     infinity
   */
  Optional<byte[]> recover(byte[] digest, byte[] parts, int v);
}
