package io.granary.protocol.piece;

/**
 * Inner nodes of the tree over a piece: SHA-256 of both children, the two top bits of the last byte
 * cleared so that the node is a field element again. Holds a digest, so for one thread.
 */
interface MerkleNodes {
  /** Bytes of a node. */
  int NODE = 32;

  /** By the fastest implementation that this JVM has. */
  static MerkleNodes fastest() {
    return NodeHashing.inUse().newNodes();
  }

  /** Writes the parent of the 64 bytes at {@code children} to {@code parent}, in one array. */
  void combine(byte[] nodes, int children, int parent);

  /** The parent of two nodes. */
  byte[] combine(byte[] left, byte[] right);

  /**
   * Reduces the {@code count} nodes at the start of {@code nodes}, a power of two, to their root in
   * place; what was behind it is lost.
   */
  void reduce(byte[] nodes, int count);
}
