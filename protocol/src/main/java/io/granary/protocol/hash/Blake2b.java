package io.granary.protocol.hash;

import io.granary.protocol.Bytes;
import org.bouncycastle.crypto.digests.Blake2bDigest;

/** Unkeyed BLAKE2b (RFC 7693) in the output lengths that Filecoin uses. */
public final class Blake2b {
  private Blake2b() {}

  /** 4 bytes: the checksum of a text address. */
  public static Bytes checksum(Bytes input) {
    return hash(4, input);
  }

  /** 20 bytes: the payload of f1 and f2 addresses. */
  public static Bytes hash160(Bytes input) {
    return hash(20, input);
  }

  /** 32 bytes: CIDs of messages, blocks and state, and randomness. */
  public static Bytes hash256(Bytes input) {
    return hash(32, input);
  }

  /** 64 bytes: FRC-42 method numbers, parameter file digests. */
  public static Bytes hash512(Bytes input) {
    return hash(64, input);
  }

  private static Bytes hash(int length, Bytes input) {
    Blake2bDigest digest = new Blake2bDigest(length * 8);
    byte[] bytes = input.toArray();
    digest.update(bytes, 0, bytes.length);
    byte[] output = new byte[length];
    digest.doFinal(output, 0);
    return Bytes.of(output);
  }
}
