package io.granary.bridge.libp2p.peer;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;

/** Signing and verifying by the algorithms every Java 17 platform has. */
final class JdkSignatures {
  private JdkSignatures() {}

  /** A key factory of the JDK. */
  static KeyFactory keys(String algorithm) {
    try {
      return KeyFactory.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw missing(algorithm, e);
    }
  }

  /** False when key or signature are malformed, or the signature is not the key's. */
  static boolean verify(
      String keyAlgorithm, String algorithm, KeySpec key, byte[] message, byte[] signature) {
    Signature verifier = signatures(algorithm);
    try {
      verifier.initVerify(keys(keyAlgorithm).generatePublic(key));
      verifier.update(message);
      return verifier.verify(signature);
    } catch (InvalidKeySpecException | InvalidKeyException | SignatureException e) {
      return false;
    }
  }

  static byte[] sign(String keyAlgorithm, String algorithm, KeySpec key, byte[] message) {
    Signature signer = signatures(algorithm);
    try {
      signer.initSign(keys(keyAlgorithm).generatePrivate(key));
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing with a checked " + keyAlgorithm + " key", e);
    }
  }

  private static Signature signatures(String algorithm) {
    try {
      return Signature.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw missing(algorithm, e);
    }
  }

  private static IllegalStateException missing(String algorithm, Exception cause) {
    return new IllegalStateException(algorithm + " is missing from this Java platform", cause);
  }
}
