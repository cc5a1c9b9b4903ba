package io.granary.protocol.signature;

import fr.acinq.secp256k1.Secp256k1Exception;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/** Bitcoin Core's libsecp256k1, through ACINQ's binding. */
final class NativeCurve implements CurveMath {
  private static final fr.acinq.secp256k1.Secp256k1 LIBRARY = fr.acinq.secp256k1.Secp256k1.get();
  private static final BigInteger PROBE = BigInteger.TWO;

  /**
   * Has the library compute once: the binding swallows it when the library cannot be loaded, and
   * only the first call fails.
   *
   * @throws LinkageError when it cannot be loaded, or does not compute what it should
   */
  NativeCurve() {
    byte[] secret = Secp256k1.fixed(PROBE);
    if (!Arrays.equals(publicKey(secret), new JavaCurve().publicKey(secret))) {
      throw new UnsatisfiedLinkError("libsecp256k1 has another point for " + PROBE);
    }
  }

  @Override
  public byte[] publicKey(byte[] secret) {
    return LIBRARY.pubkeyCreate(secret);
  }

  @Override
  public byte[] sign(byte[] secret, byte[] digest) {
    return LIBRARY.sign(digest, secret);
  }

  @Override
  public Optional<byte[]> recover(byte[] digest, byte[] parts, int v) {
    try {
      return Optional.of(LIBRARY.ecdsaRecover(parts, digest, v));
    } catch (Secp256k1Exception e) {
      return Optional.empty(); // its only word for "of no key"
    }
  }
}
