package io.granary.protocol.piece;

import io.granary.protocol.hash.Sha256;
import java.security.DigestException;
import java.security.MessageDigest;

/**
 * Inner nodes of the tree over a piece: SHA-256 of both children, the two top bits of the last byte
 * cleared so that the node is a field element again. Holds a digest, so for one thread.
 */
final class MerkleNodes {
  /** Bytes of a node. */
  static final int NODE = 32;

  private final MessageDigest sha256 = Sha256.newDigest();

  /** Writes the parent of the 64 bytes at {@code children} to {@code parent}, in one array. */
  void combine(byte[] nodes, int children, int parent) {
    sha256.update(nodes, children, 2 * NODE);
    finish(nodes, parent);
  }

  /** The parent of two nodes. */
  byte[] combine(byte[] left, byte[] right) {
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

  /**
   * Reduces the {@code count} nodes at the start of {@code nodes}, a power of two, to their root in
   * place: each level overwrites the first half of the one before, behind what it still reads.
   */
  void reduce(byte[] nodes, int count) {
    for (int level = count; level > 1; level >>= 1) {
      int end = level * NODE;
      for (int child = 0, parent = 0; child < end; child += 2 * NODE, parent += NODE) {
        combine(nodes, child, parent);
      }
    }
  }
}
