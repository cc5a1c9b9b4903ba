package io.granary.protocol.piece;

import io.granary.protocol.piece.lanes.LaneTree;

/**
 * Trees by the processor's vectors, single nodes by the JDK's SHA-256. To be loaded only where
 * {@link NodeHashing} has found that it works.
 */
final class LaneMerkleNodes implements MerkleNodes {
  private final DigestMerkleNodes single = new DigestMerkleNodes();
  private final LaneTree tree = new LaneTree();

  @Override
  public void combine(byte[] nodes, int children, int parent) {
    single.combine(nodes, children, parent);
  }

  @Override
  public byte[] combine(byte[] left, byte[] right) {
    return single.combine(left, right);
  }

  /** All levels but the last few, which have fewer nodes than there are lanes. */
  @Override
  public void reduce(byte[] nodes, int count) {
    if (count < LaneTree.minimumLeaves()) {
      single.reduce(nodes, count);
      return;
    }
    tree.reduce(nodes, count);
    single.reduce(nodes, LaneTree.lanes());
  }
}
