package io.granary.bridge.libp2p.peer;

import io.granary.protocol.hash.Sha256;
import java.math.BigInteger;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** ECDSA over SHA-256 on one curve by Bouncy Castle; signatures in DER, nonces of RFC 6979. */
final class EcCurve {
  static final int SCALAR_BYTES = 32;

  private final String name;
  private final ECDomainParameters domain;

  EcCurve(String name) {
    this.name = name;
    X9ECParameters parameters = CustomNamedCurves.getByName(name);
    this.domain = new ECDomainParameters(parameters);
  }

  /** Throws {@link PeerFormatException} unless {@code encoded} is a point, other than infinity. */
  ECPoint point(byte[] encoded) {
    try {
      return domain.validatePublicPoint(domain.getCurve().decodePoint(encoded));
    } catch (IllegalArgumentException e) {
      throw new PeerFormatException(name + " key: not a point of the curve", e);
    }
  }

  /** Throws {@link PeerFormatException} unless {@code scalar} is a private key. */
  BigInteger scalar(BigInteger scalar) {
    if (scalar.signum() <= 0 || scalar.compareTo(domain.getN()) >= 0) {
      throw new PeerFormatException(name + " private key: not below the order of the curve");
    }
    return scalar;
  }

  ECPoint publicPoint(BigInteger scalar) {
    return new FixedPointCombMultiplier().multiply(domain.getG(), scalar).normalize();
  }

  boolean verify(ECPoint key, byte[] message, byte[] signature) {
    return EcdsaSignature.decode(signature)
        .filter(
            pair -> {
              ECDSASigner verifier = new ECDSASigner();
              verifier.init(false, new ECPublicKeyParameters(key, domain));
              return verifier.verifySignature(hash(message), pair.r(), pair.s());
            })
        .isPresent();
  }

  byte[] sign(BigInteger scalar, byte[] message) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(scalar, domain));
    BigInteger[] rs = signer.generateSignature(hash(message));
    BigInteger low = rs[1].min(domain.getN().subtract(rs[1]));
    return new EcdsaSignature(rs[0], low).encode();
  }

  private static byte[] hash(byte[] message) {
    return Sha256.newDigest().digest(message);
  }
}
