package io.granary.bridge.libp2p.secure;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;

/**
 * An X25519 key pair (RFC 7748), by the JDK's implementation. The JDK refuses a remote key of small
 * order, whose secret everybody would know.
 *
 * @param publicKey 32 bytes, little-endian
 */
@SuppressWarnings("ArrayRecordComponent") // never leaves this package, which does not change it
record X25519Pair(PrivateKey privateKey, byte[] publicKey) {
  static final int KEY_BYTES = 32;

  private static final String ALGORITHM = "X25519";
  private static final BigInteger BASE_POINT = BigInteger.valueOf(9);

  static X25519Pair generate() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
      BigInteger u = ((XECPublicKey) pair.getPublic()).getU();
      return new X25519Pair(pair.getPrivate(), littleEndian(u));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks X25519", e);
    }
  }

  /** The pair of a known private key. */
  static X25519Pair ofPrivate(byte[] scalar) {
    try {
      PrivateKey key =
          KeyFactory.getInstance(ALGORITHM)
              .generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar));
      return new X25519Pair(key, agree(key, BASE_POINT));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no X25519 private key", e);
    }
  }

  /**
   * The secret shared with the owner of {@code remote}.
   *
   * @throws HandshakeException for a remote key of small order
   */
  byte[] agree(byte[] remote) {
    byte[] bigEndian = reversed(remote);
    bigEndian[0] &= 0x7f; // RFC 7748: the highest bit is not part of the coordinate
    try {
      return agree(privateKey, new BigInteger(1, bigEndian));
    } catch (GeneralSecurityException e) {
      throw new HandshakeException("remote sent an X25519 key that gives no secret", e);
    }
  }

  private static byte[] agree(PrivateKey key, BigInteger u) throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance(ALGORITHM);
    agreement.init(key);
    agreement.doPhase(
        KeyFactory.getInstance(ALGORITHM)
            .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, u)),
        true);
    return agreement.generateSecret();
  }

  private static byte[] littleEndian(BigInteger u) {
    byte[] magnitude = u.toByteArray();
    byte[] bytes = new byte[KEY_BYTES];
    for (int i = 0; i < Math.min(magnitude.length, KEY_BYTES); i++) {
      bytes[i] = magnitude[magnitude.length - 1 - i];
    }
    return bytes;
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }
}
