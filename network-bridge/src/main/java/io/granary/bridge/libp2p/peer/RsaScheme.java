package io.granary.bridge.libp2p.peer;

import java.math.BigInteger;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;

/** RSA with PKCS#1 v1.5 over SHA-256 by the JDK. */
enum RsaScheme implements SignatureScheme {
  INSTANCE;

  private static final String KEYS = "RSA";
  private static final String SIGNATURES = "SHA256withRSA";
  private static final int MODULUS_BITS_MIN = 2048;
  private static final int MODULUS_BITS_MAX = 8192;

  /** Go's crypto/rsa takes no larger one; a long exponent makes verifying slow. */
  private static final BigInteger EXPONENT_MAX = BigInteger.valueOf(Integer.MAX_VALUE);

  @Override
  public void checkPublic(byte[] data) {
    try {
      RSAPublicKey key =
          (RSAPublicKey) JdkSignatures.keys(KEYS).generatePublic(new X509EncodedKeySpec(data));
      checkSizes(key.getModulus(), key.getPublicExponent());
      if (!Arrays.equals(encode(key.getModulus(), key.getPublicExponent()), data)) {
        throw new PeerFormatException("RSA key: not in its one DER form");
      }
    } catch (InvalidKeySpecException e) {
      throw new PeerFormatException("RSA key: no SubjectPublicKeyInfo of an RSA key", e);
    }
  }

  private static void checkSizes(BigInteger modulus, BigInteger exponent) {
    int bits = modulus.bitLength();
    if (modulus.signum() < 0 || bits < MODULUS_BITS_MIN || bits > MODULUS_BITS_MAX) {
      throw new PeerFormatException(
          "RSA key: " + bits + " bits, expected " + MODULUS_BITS_MIN + " to " + MODULUS_BITS_MAX);
    }
    if (exponent.compareTo(BigInteger.TWO) <= 0
        || exponent.compareTo(EXPONENT_MAX) > 0
        || !exponent.testBit(0)) {
      throw new PeerFormatException("RSA key: the public exponent is not odd, 3 to 2^31-1");
    }
  }

  private static byte[] encode(BigInteger modulus, BigInteger exponent)
      throws InvalidKeySpecException {
    return JdkSignatures.keys(KEYS)
        .generatePublic(new RSAPublicKeySpec(modulus, exponent))
        .getEncoded();
  }

  @Override
  public boolean verify(byte[] data, byte[] message, byte[] signature) {
    return JdkSignatures.verify(KEYS, SIGNATURES, new X509EncodedKeySpec(data), message, signature);
  }

  @Override
  public byte[] normalPrivate(byte[] data) {
    RSAPrivateKey key = parse(data);
    checkSizes(key.getModulus(), key.getPublicExponent());
    if (!key.getPrime1().multiply(key.getPrime2()).equals(key.getModulus())) {
      throw new PeerFormatException("RSA private key: the modulus is not that of its primes");
    }
    return data.clone();
  }

  @Override
  public byte[] publicOf(byte[] privateData) {
    RSAPrivateKey key = parse(privateData);
    try {
      return encode(key.getModulus(), key.getPublicExponent());
    } catch (InvalidKeySpecException e) {
      throw new PeerFormatException("RSA private key: no public key belongs to it", e);
    }
  }

  @Override
  public byte[] sign(byte[] privateData, byte[] message) {
    RSAPrivateKey key = parse(privateData);
    return JdkSignatures.sign(
        KEYS,
        SIGNATURES,
        new RSAPrivateCrtKeySpec(
            key.getModulus(),
            key.getPublicExponent(),
            key.getPrivateExponent(),
            key.getPrime1(),
            key.getPrime2(),
            key.getExponent1(),
            key.getExponent2(),
            key.getCoefficient()),
        message);
  }

  private static RSAPrivateKey parse(byte[] data) {
    return Der.parse(data, RSAPrivateKey::getInstance, "RSA private key: no PKCS#1 key");
  }
}
