package io.granary.bridge.libp2p.secure;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The JDK's ChaCha20-Poly1305, to compare with. */
final class JdkFrameCipher {
  private final SecretKeySpec key;

  JdkFrameCipher(byte[] key) {
    this.key = new SecretKeySpec(key, "ChaCha20");
  }

  byte[] seal(long nonce, byte[] plain) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
    cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(FrameCipher.nonceBytes(nonce)));
    return cipher.doFinal(plain);
  }
}
