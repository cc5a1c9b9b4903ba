package io.granary.bridge.libp2p.secure;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Chaining key, transcript hash and handshake cipher (The Noise Protocol Framework, revision 34,
 * section 5.2) for 25519, ChaChaPoly and SHA256. One use, one thread.
 */
final class SymmetricState {
  static final int TAG_BYTES = 16;

  private static final byte[] NAME =
      "Noise_XX_25519_ChaChaPoly_SHA256".getBytes(StandardCharsets.US_ASCII);
  private static final String HMAC = "HmacSHA256";

  private byte[] chainingKey = NAME.clone(); // 32 bytes long, so it stands for itself
  private byte[] hash = NAME.clone();
  private byte @Nullable [] key;
  private long nonce;

  byte[] hash() {
    return hash.clone();
  }

  boolean hasKey() {
    return key != null;
  }

  void mixHash(byte[] data) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(hash);
      hash = digest.digest(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks SHA-256", e);
    }
  }

  void mixKey(byte[] secret) {
    byte[][] pair = expand(secret);
    chainingKey = pair[0];
    key = pair[1];
    nonce = 0;
    Arrays.fill(secret, (byte) 0);
  }

  byte[] encryptAndHash(byte[] plain) {
    byte[] sealed = crypt(Cipher.ENCRYPT_MODE, plain);
    mixHash(sealed);
    return sealed;
  }

  /**
   * @throws HandshakeException when the bytes were not made by who knows the key
   */
  byte[] decryptAndHash(byte[] sealed) {
    byte[] plain = crypt(Cipher.DECRYPT_MODE, sealed);
    mixHash(sealed);
    return plain;
  }

  /** The two transport keys, dialer's first; forgets everything else. */
  byte[][] split() {
    byte[][] pair = expand(new byte[0]);
    Arrays.fill(chainingKey, (byte) 0);
    if (key != null) {
      Arrays.fill(key, (byte) 0);
    }
    return pair;
  }

  private byte[] crypt(int mode, byte[] input) {
    byte[] current = key;
    if (current == null) {
      return input;
    }
    try {
      Cipher cipher = Cipher.getInstance(JdkFrameCipher.ALGORITHM);
      cipher.init(
          mode,
          new SecretKeySpec(current, JdkFrameCipher.KEY_ALGORITHM),
          new IvParameterSpec(FrameCipher.nonceBytes(nonce)));
      nonce++;
      cipher.updateAAD(hash);
      return cipher.doFinal(input);
    } catch (AEADBadTagException e) {
      throw new HandshakeException("handshake message does not authenticate", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks ChaCha20-Poly1305", e);
    }
  }

  private byte[][] expand(byte[] input) {
    byte[] secret = hmac(chainingKey, input);
    byte[] first = hmac(secret, new byte[] {1});
    byte[] more = Arrays.copyOf(first, first.length + 1);
    more[first.length] = 2;
    byte[] second = hmac(secret, more);
    Arrays.fill(secret, (byte) 0);
    return new byte[][] {first, second};
  }

  private static byte[] hmac(byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks " + HMAC, e);
    }
  }
}
