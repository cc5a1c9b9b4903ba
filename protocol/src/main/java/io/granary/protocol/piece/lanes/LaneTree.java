package io.granary.protocol.piece.lanes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Subtrees of a piece's Merkle tree, one in each lane: consecutive leaves are cut into as many
 * equal runs as there are lanes, and every lane reduces its run to a root. So two children are
 * always in the same lane, and only leaves and roots are moved between bytes and lanes.
 *
 * <p>Levels are reduced as soon as both children are there: what is kept is one pair of nodes a
 * level, whatever the length of a run. Used by one thread.
 */
public final class LaneTree {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final int LANES = Sha256Lanes.COUNT;
  private static final int NODE_ROWS = Sha256Lanes.DIGEST_ROWS;
  private static final int NODE_INTS = NODE_ROWS * LANES;
  private static final int NODE_BYTES = 4 * NODE_ROWS;

  /** Clears the two top bits of the last byte of a node, so that it is a field element again. */
  private static final int LAST_WORD_MASK = 0xffffff3f;

  /** Levels above the leaves in a run of any array. */
  private static final int MAX_LEVELS = 26;

  private final Sha256Lanes sha256 = new Sha256Lanes();
  private final int[][] pairs = new int[MAX_LEVELS + 1][0];

  /** Leaves must be at least this many for {@link #reduce}: a pair in each lane. */
  public static int minimumLeaves() {
    return 2 * LANES;
  }

  /** Subtrees that {@link #reduce} makes: one in each lane. */
  public static int lanes() {
    return LANES;
  }

  /**
   * Reduces the {@code leaves} nodes of 32 bytes at the start of {@code nodes} to the roots of
   * {@link #lanes()} subtrees of equal size, which take the place of the first of them.
   *
   * @param leaves a power of two of at least {@link #minimumLeaves()}
   */
  public void reduce(byte[] nodes, int leaves) {
    if (Integer.bitCount(leaves) != 1 || leaves < minimumLeaves()) {
      throw new IllegalArgumentException(
          "leaves: expected a power of two of at least " + minimumLeaves() + ", got " + leaves);
    }
    int run = leaves / LANES;
    int top = Integer.numberOfTrailingZeros(run);
    for (int pair = 0; pair < run / 2; pair++) {
      load(nodes, run, pair);
      int level = 1;
      int position = pair;
      join(level, position);
      while ((position & 1) == 1) {
        System.arraycopy(pairs[level], 0, sha256.messages(), 0, 2 * NODE_INTS);
        level++;
        position >>= 1;
        join(level, position);
      }
    }
    store(pairs[top], nodes);
  }

  /** Hashes the pair that is loaded to the node at {@code position} of a level. */
  private void join(int level, int position) {
    if (pairs[level].length == 0) {
      pairs[level] = new int[2 * NODE_INTS];
    }
    int[] pair = pairs[level];
    int at = (position & 1) * NODE_INTS;
    sha256.hash(pair, at);
    int last = at + NODE_INTS - LANES;
    for (int lane = 0; lane < LANES; lane++) {
      pair[last + lane] &= LAST_WORD_MASK;
    }
  }

  /** Loads leaves {@code 2 * pair} and the one after it of every run. */
  private void load(byte[] nodes, int run, int pair) {
    int[] words = sha256.messages();
    for (int lane = 0; lane < LANES; lane++) {
      int from = (lane * run + 2 * pair) * NODE_BYTES;
      for (int row = 0; row < 2 * NODE_ROWS; row++) {
        words[row * LANES + lane] = (int) WORD.get(nodes, from + 4 * row);
      }
    }
  }

  private static void store(int[] roots, byte[] nodes) {
    for (int lane = 0; lane < LANES; lane++) {
      for (int row = 0; row < NODE_ROWS; row++) {
        WORD.set(nodes, lane * NODE_BYTES + 4 * row, roots[row * LANES + lane]);
      }
    }
  }
}
