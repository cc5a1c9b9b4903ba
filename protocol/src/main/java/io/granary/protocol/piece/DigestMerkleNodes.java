package io.granary.protocol.piece;

import io.granary.protocol.hash.Sha256;
import java.security.DigestException;
import java.security.MessageDigest;

/** Nodes one after the other, by the JDK's SHA-256. */
final class DigestMerkleNodes implements MerkleNodes {
  private final MessageDigest sha256 = Sha256.newDigest();

  @Override
  public void combine(byte[] nodes, int children, int parent) {
    sha256.update(nodes, children, 2 * NODE);
    finish(nodes, parent);
  }

  @Override
  public byte[] combine(byte[] left, byte[] right) {
    byte[] parent = new byte[NODE];
    sha256.update(left);
    sha256.update(right);
    finish(parent, 0);
    return parent;
  }

  private void finish(byte[] target, int offset) {
    try {
      sha256.digest(target, offset, NODE);
    } catch (DigestException e) {
      throw new IllegalStateException("a SHA-256 digest has 32 bytes", e);
    }
    target[offset + NODE - 1] &= 0x3f;
  }

  /** Each level overwrites the first half of the one before, behind what it still reads. */
  @Override
  public void reduce(byte[] nodes, int count) {
    for (int level = count; level > 1; level >>= 1) {
      int end = level * NODE;
      for (int child = 0, parent = 0; child < end; child += 2 * NODE, parent += NODE) {
        combine(nodes, child, parent);
      }
    }
  }
}
