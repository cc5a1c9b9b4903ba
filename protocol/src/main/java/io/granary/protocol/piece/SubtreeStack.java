package io.granary.protocol.piece;

import java.util.Arrays;

/**
 * Roots of finished subtrees of ascending position, at most one a level, as the digits of a binary
 * counter: pushing a root where one stands joins both one level up. Used by one thread.
 */
final class SubtreeStack {
  private final MerkleNodes nodes;
  private final byte[][] roots = new byte[ZeroPieces.LEVELS + 1][0];

  /** Bit n is set when a root stands at level n. */
  private long standing;

  SubtreeStack(MerkleNodes nodes) {
    this.nodes = nodes;
  }

  boolean isEmpty() {
    return standing == 0;
  }

  /**
   * Adds the root of the next 2^{@code level} leaves. What came before must end at a multiple of
   * that.
   */
  void push(byte[] root, int level) {
    byte[] carried = root;
    int at = level;
    for (; stands(at); at++) {
      carried = nodes.combine(roots[at], carried);
      standing &= ~(1L << at);
    }
    roots[at] = carried;
    standing |= 1L << at;
  }

  private boolean stands(int level) {
    return (standing >>> level & 1) == 1;
  }

  /**
   * The root over 2^{@code level} leaves: what was pushed, zeros after it. Going up, a root that
   * stands is the left child of what was joined so far, or of zeros; where none stands, what was
   * joined so far is the left child and zeros follow.
   */
  byte[] root(int level) {
    if (standing == 1L << level) {
      return roots[level].clone();
    }
    int at = isEmpty() ? level : Long.numberOfTrailingZeros(standing);
    byte[] joined = ZeroPieces.root(at);
    for (; at < level; at++) {
      joined =
          stands(at)
              ? nodes.combine(roots[at], joined)
              : nodes.combine(joined, ZeroPieces.root(at));
    }
    return Arrays.copyOf(joined, joined.length);
  }
}
