package io.granary.bridge.client.secret;

import io.granary.protocol.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/**
 * Content for one recipient: a header, then chunks.
 *
 * <table>
 *   <caption>The form</caption>
 *   <tr><td>8 bytes</td><td>{@code GRNSEAL1}</td></tr>
 *   <tr><td>32 bytes</td><td>an X25519 key made for this content alone</td></tr>
 *   <tr><td>chunks</td><td>64 KiB of content each, the last one shorter, under AES-256-GCM: 16
 *       bytes longer</td></tr>
 * </table>
 *
 * The key is HKDF-SHA256 of the shared secret, salted with both public keys. A chunk's nonce is its
 * number and whether it is the last, so that a chunk that is changed, moved, repeated or left out
 * does not open, nor does content that was cut (the STREAM construction, Hoang, Reyhanitabar,
 * Rogaway, Vizár 2015). The header tells nobody who the recipient is.
 */
final class SealedForm {
  static final Bytes MAGIC = Bytes.of("GRNSEAL1".getBytes(StandardCharsets.US_ASCII));
  static final int HEADER_BYTES = 8 + Recipient.KEY_BYTES;
  static final int CHUNK_BYTES = 64 << 10;
  static final int TAG_BYTES = 16;

  private static final int NONCE_BYTES = 12;
  private static final int KEY_BYTES = 32;
  private static final byte[] INFO = "granary sealed content 1".getBytes(StandardCharsets.US_ASCII);

  private SealedForm() {}

  /** The key of content, from the secret that its two public keys share. */
  static SecretKeySpec key(Bytes shared, Bytes contentKey, Recipient recipient) {
    byte[] salt = Bytes.concat(contentKey, recipient.publicKey()).toArray();
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
    hkdf.init(new HKDFParameters(shared.toArray(), salt, INFO));
    byte[] key = new byte[KEY_BYTES];
    hkdf.generateBytes(key, 0, key.length);
    SecretKeySpec spec = new SecretKeySpec(key, "AES");
    Arrays.fill(key, (byte) 0);
    return spec;
  }

  /** A cipher for one chunk. */
  static Cipher cipher(int mode, SecretKeySpec key, long number, boolean last)
      throws GeneralSecurityException {
    byte[] nonce = new byte[NONCE_BYTES];
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[NONCE_BYTES - 2 - i] = (byte) (number >>> (8 * i));
    }
    nonce[NONCE_BYTES - 1] = (byte) (last ? 1 : 0);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
    return cipher;
  }
}
