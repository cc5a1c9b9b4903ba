package io.granary.protocol.signature;

import io.granary.protocol.Bytes;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * The curve: signatures R ‖ S ‖ V over a 32-byte digest, of which the public key can be recovered
 * (SEC 1, 4.1.6). Which digest is signed, and what address a key has, is the caller's business.
 */
final class Secp256k1 {
  static final int SIGNATURE_BYTES = 65;

  private static final X9ECParameters CURVE = SECNamedCurves.getByName("secp256k1");
  private static final ECDomainParameters DOMAIN =
      new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN(), CURVE.getH());
  static final BigInteger ORDER = CURVE.getN();
  private static final BigInteger HALF_ORDER = ORDER.shiftRight(1);
  private static final BigInteger FIELD_PRIME = CURVE.getCurve().getField().getCharacteristic();

  private Secp256k1() {}

  /** The 65-byte uncompressed public key of {@code secret}. */
  static Bytes publicKey(BigInteger secret) {
    ECPoint key = new FixedPointCombMultiplier().multiply(CURVE.getG(), secret);
    return Bytes.of(key.normalize().getEncoded(false));
  }

  /** Signs deterministically (RFC 6979), with the lower of the two values S. */
  static Bytes sign(BigInteger secret, Bytes digest) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(secret, DOMAIN));
    BigInteger[] parts = signer.generateSignature(digest.toArray());
    BigInteger r = parts[0];
    BigInteger s = parts[1].compareTo(HALF_ORDER) > 0 ? ORDER.subtract(parts[1]) : parts[1];
    Bytes key = publicKey(secret);
    for (int v = 0; v < 4; v++) {
      if (recover(digest, r, s, v).filter(key::equals).isPresent()) {
        byte[] out = new byte[SIGNATURE_BYTES];
        System.arraycopy(fixed(r), 0, out, 0, 32);
        System.arraycopy(fixed(s), 0, out, 32, 32);
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
    return recover(digest, r, s, bytes[64]);
  }

  private static Optional<Bytes> recover(Bytes digest, BigInteger r, BigInteger s, int v) {
    BigInteger x = v >= 2 ? r.add(ORDER) : r;
    if (x.compareTo(FIELD_PRIME) >= 0) {
      return Optional.empty();
    }
    byte[] compressed = new byte[33];
    compressed[0] = (byte) (2 + (v & 1));
    System.arraycopy(fixed(x), 0, compressed, 1, 32);
    ECPoint point;
    try {
      point = CURVE.getCurve().decodePoint(compressed);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // x is on no point of the curve
    }
    BigInteger inverse = r.modInverse(ORDER);
    BigInteger hash = new BigInteger(1, digest.toArray());
    BigInteger u1 = hash.negate().multiply(inverse).mod(ORDER);
    BigInteger u2 = s.multiply(inverse).mod(ORDER);
    ECPoint key = CURVE.getG().multiply(u1).add(point.multiply(u2)).normalize();
    return key.isInfinity() ? Optional.empty() : Optional.of(Bytes.of(key.getEncoded(false)));
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
