package io.granary.protocol.signature;

import io.granary.protocol.Bytes;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/**
 * The curve: signatures R ‖ S ‖ V over a 32-byte digest, of which the public key can be recovered
 * (SEC 1, 4.1.6). Which digest is signed, and what address a key has, is the caller's business. The
 * rules stand here, before the arithmetic, so that they do not depend on whose that is.
 */
final class Secp256k1 {
  static final int SIGNATURE_BYTES = 65;

  /** The order of the group (SEC 2, 2.4.1). */
  static final BigInteger ORDER =
      new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

  static final BigInteger HALF_ORDER = ORDER.shiftRight(1);

  private Secp256k1() {}

  /** The 65-byte uncompressed public key of {@code secret}. */
  static Bytes publicKey(BigInteger secret) {
    return Bytes.of(CurveLibrary.inUse().math().publicKey(fixed(secret)));
  }

  /** Signs deterministically (RFC 6979), with the lower of the two values S. */
  static Bytes sign(BigInteger secret, Bytes digest) {
    return sign(CurveLibrary.inUse().math(), secret, digest);
  }

  /** {@link #sign(BigInteger, Bytes)} by {@code math}. */
  static Bytes sign(CurveMath math, BigInteger secret, Bytes digest) {
    byte[] hash = digest.toArray();
    byte[] parts = math.sign(fixed(secret), hash);
    byte[] key = math.publicKey(fixed(secret));
    for (int v = 0; v < 4; v++) {
      if (math.recover(hash, parts, v).filter(found -> Arrays.equals(found, key)).isPresent()) {
        byte[] out = Arrays.copyOf(parts, SIGNATURE_BYTES);
        out[64] = (byte) v;
        return Bytes.of(out);
      }
    }
    throw new IllegalStateException("secp256k1: no recovery id fits a signature of our own");
  }

  /**
   * The 65-byte uncompressed key that made {@code signature} over {@code digest}; empty when the
   * signature is none: another length, V not 0 to 3, R or S outside the group, S the higher of its
   * two values, or no point of the curve at R.
   */
  static Optional<Bytes> recover(Bytes digest, Bytes signature) {
    return recover(CurveLibrary.inUse().math(), digest, signature);
  }

  /** {@link #recover(Bytes, Bytes)} by {@code math}. */
  static Optional<Bytes> recover(CurveMath math, Bytes digest, Bytes signature) {
    byte[] bytes = signature.toArray();
    if (bytes.length != SIGNATURE_BYTES || bytes[64] < 0 || bytes[64] > 3) {
      return Optional.empty();
    }
    BigInteger r = new BigInteger(1, Arrays.copyOfRange(bytes, 0, 32));
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(bytes, 32, 64));
    if (r.signum() == 0
        || s.signum() == 0
        || r.compareTo(ORDER) >= 0
        || s.compareTo(HALF_ORDER) > 0) {
      return Optional.empty();
    }
    return math.recover(digest.toArray(), Arrays.copyOf(bytes, 64), bytes[64]).map(Bytes::of);
  }

  /** The number in 32 big-endian bytes. */
  static byte[] fixed(BigInteger value) {
    byte[] raw = value.toByteArray();
    byte[] out = new byte[32];
    int length = Math.min(32, raw.length);
    System.arraycopy(raw, raw.length - length, out, 32 - length, length);
    return out;
  }
}
