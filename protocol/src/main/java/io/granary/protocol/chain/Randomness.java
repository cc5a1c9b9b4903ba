package io.granary.protocol.chain;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.hash.Blake2b;
import java.nio.ByteBuffer;

/**
 * Drawing 32 bytes of randomness from a ticket or a beacon entry for one purpose (lotus chain/rand;
 * builtin-actors runtime/src/runtime/randomness.rs).
 */
public final class Randomness {
  private static final int BYTES = 32;

  private Randomness() {}

  /**
   * Draws from {@code base}: a ticket's VRF proof or a beacon entry's data.
   *
   * @param epoch may be negative on a young chain
   * @param entropy what sets this draw apart, such as {@link #minerEntropy}; may be empty
   */
  public static Bytes draw(RandomnessTag tag, Bytes base, Epoch epoch, Bytes entropy) {
    return drawFromDigest(tag, Blake2b.hash256(base), epoch, entropy);
  }

  /** Draws from the BLAKE2b-256 of a base, as StateGetRandomnessDigestFrom… gives it. */
  public static Bytes drawFromDigest(RandomnessTag tag, Bytes digest, Epoch epoch, Bytes entropy) {
    return Blake2b.hash256(
        Bytes.concat(
            bigEndian(tag.number()),
            digest.requireLength(BYTES, "randomness digest"),
            bigEndian(epoch.value()),
            entropy));
  }

  /** The CBOR of the miner's f0 address: the entropy of its tickets, seeds and challenges. */
  public static Bytes minerEntropy(ActorId miner) {
    return new CborWriter().address(Address.ofId(miner)).toBytes();
  }

  /**
   * PoSt randomness as the proofs take it: the two top bits of the last byte cleared, so that it is
   * a field element.
   */
  public static Bytes forPoSt(Bytes randomness) {
    byte[] bytes = randomness.requireLength(BYTES, "PoSt randomness").toArray();
    bytes[BYTES - 1] &= 0x3f;
    return Bytes.of(bytes);
  }

  private static Bytes bigEndian(long value) {
    return Bytes.of(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
  }
}
