package io.granary.protocol.hash;

import io.granary.protocol.Bytes;
import org.bouncycastle.crypto.digests.KeccakDigest;

/** Keccak as Ethereum uses it: the form before SHA-3 changed the padding. */
public final class Keccak {
  private Keccak() {}

  /** 32 bytes: Ethereum's addresses, and the digest of delegated signatures. */
  public static Bytes hash256(Bytes input) {
    KeccakDigest digest = new KeccakDigest(256);
    byte[] bytes = input.toArray();
    digest.update(bytes, 0, bytes.length);
    byte[] output = new byte[32];
    int written = digest.doFinal(output, 0);
    return Bytes.of(output, 0, written);
  }
}
