package io.granary.protocol.signature;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** Bouncy Castle's curve, with its arithmetic for this very field. */
final class JavaCurve implements CurveMath {
  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
  private static final ECDomainParameters DOMAIN =
      new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN(), CURVE.getH());
  private static final BigInteger FIELD_PRIME = CURVE.getCurve().getField().getCharacteristic();

  @Override
  public byte[] publicKey(byte[] secret) {
    return new FixedPointCombMultiplier()
        .multiply(CURVE.getG(), new BigInteger(1, secret))
        .normalize()
        .getEncoded(false);
  }

  @Override
  public byte[] sign(byte[] secret, byte[] digest) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(new BigInteger(1, secret), DOMAIN));
    BigInteger[] parts = signer.generateSignature(digest);
    BigInteger s =
        parts[1].compareTo(Secp256k1.HALF_ORDER) > 0
            ? Secp256k1.ORDER.subtract(parts[1])
            : parts[1];
    byte[] both = Arrays.copyOf(Secp256k1.fixed(parts[0]), 64);
    System.arraycopy(Secp256k1.fixed(s), 0, both, 32, 32);
    return both;
  }

  @Override
  public Optional<byte[]> recover(byte[] digest, byte[] parts, int v) {
    BigInteger r = new BigInteger(1, Arrays.copyOfRange(parts, 0, 32));
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(parts, 32, 64));
    BigInteger x = v >= 2 ? r.add(Secp256k1.ORDER) : r;
    if (x.compareTo(FIELD_PRIME) >= 0) {
      return Optional.empty();
    }
    byte[] compressed = new byte[33];
    compressed[0] = (byte) (2 + (v & 1));
    System.arraycopy(Secp256k1.fixed(x), 0, compressed, 1, 32);
    ECPoint point;
    try {
      point = CURVE.getCurve().decodePoint(compressed);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // x is on no point of the curve
    }
    BigInteger inverse = r.modInverse(Secp256k1.ORDER);
    BigInteger hash = new BigInteger(1, digest);
    BigInteger u1 = hash.negate().multiply(inverse).mod(Secp256k1.ORDER);
    BigInteger u2 = s.multiply(inverse).mod(Secp256k1.ORDER);
    ECPoint key = ECAlgorithms.sumOfTwoMultiplies(CURVE.getG(), u1, point, u2).normalize();
    return key.isInfinity() ? Optional.empty() : Optional.of(key.getEncoded(false));
  }
}
