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
    if (!isConsistent(key)) {
      throw new PeerFormatException("RSA private key: its numbers do not belong together");
    }
    return data.clone();
  }

  /** Whether the numbers are those of PKCS#1; a signature by wrong ones could give a prime away. */
  private static boolean isConsistent(RSAPrivateKey key) {
    BigInteger p = key.getPrime1();
    BigInteger q = key.getPrime2();
    BigInteger d = key.getPrivateExponent();
    if (p.compareTo(BigInteger.ONE) <= 0
        || q.compareTo(BigInteger.ONE) <= 0
        || !p.multiply(q).equals(key.getModulus())) {
      return false;
    }
    BigInteger belowP = p.subtract(BigInteger.ONE);
    BigInteger belowQ = q.subtract(BigInteger.ONE);
    BigInteger product = d.multiply(key.getPublicExponent()).subtract(BigInteger.ONE);
    return product.mod(belowP).signum() == 0
        && product.mod(belowQ).signum() == 0
        && d.mod(belowP).equals(key.getExponent1())
        && d.mod(belowQ).equals(key.getExponent2())
        && key.getCoefficient().multiply(q).mod(p).equals(BigInteger.ONE);
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
