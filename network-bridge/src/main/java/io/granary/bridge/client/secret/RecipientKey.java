package io.granary.bridge.client.secret;

import io.granary.protocol.Bytes;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** The private key of a {@link Recipient} (RFC 7748). */
public final class RecipientKey {
  private final Bytes secret;
  private final Recipient recipient;

  private RecipientKey(Bytes secret) {
    this.secret = secret.requireLength(Recipient.KEY_BYTES, "recipient's private key");
    byte[] point = new byte[X25519.POINT_SIZE];
    X25519.scalarMultBase(secret.toArray(), 0, point, 0);
    this.recipient = new Recipient(Bytes.of(point));
  }

  /** A new key of the platform's secure random numbers. */
  public static RecipientKey generate() {
    byte[] secret = new byte[Recipient.KEY_BYTES];
    X25519.generatePrivateKey(new SecureRandom(), secret);
    RecipientKey key = new RecipientKey(Bytes.of(secret));
    Arrays.fill(secret, (byte) 0);
    return key;
  }

  static RecipientKey of(Bytes secret) {
    return new RecipientKey(secret);
  }

  /** For whom to encrypt so that this key opens it. */
  public Recipient recipient() {
    return recipient;
  }

  Bytes secret() {
    return secret;
  }

  /**
   * The secret shared with {@code other}.
   *
   * @throws SecretException when {@code other} is a point of small order, which would make it known
   *     to all
   */
  Bytes agree(Bytes other) {
    byte[] shared = new byte[X25519.POINT_SIZE];
    if (!X25519.calculateAgreement(secret.toArray(), 0, other.toArray(), 0, shared, 0)) {
      throw new SecretException("the key of a recipient or of encrypted content is no safe key");
    }
    return Bytes.of(shared);
  }

  /** The public half. */
  @Override
  public String toString() {
    return "key of " + recipient;
  }
}
