package io.granary.protocol.hash;

import io.granary.protocol.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of the JDK, which every Java platform must have. */
public final class Sha256 {
  private Sha256() {}

  /** A fresh digest, for one thread. */
  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing from this Java platform", e);
    }
  }

  /** The 32-byte hash of {@code input}. */
  public static Bytes hash(Bytes input) {
    return Bytes.of(newDigest().digest(input.toArray()));
  }
}
