package io.granary.bridge.unixfs;

import io.granary.protocol.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the balanced tree over the parts of one file (boxo importer/balanced): each node is full
 * before the next is begun, all leaves are at one depth. Holds at most {@code linksMax} nodes a
 * level.
 */
final class FileTree {
  private final UnixFsProfile profile;
  private final NodeSpool spool;
  private final List<List<Node>> levels = new ArrayList<>();

  FileTree(UnixFsProfile profile, NodeSpool spool) {
    this.profile = profile;
    this.spool = spool;
  }

  /** Takes the next part. */
  void add(Node leaf) throws IOException {
    push(0, leaf);
  }

  /** The root; there must be a leaf. */
  Node finish() throws IOException {
    int level = 0;
    while (level + 1 < levels.size() || levels.get(level).size() > 1) {
      if (!levels.get(level).isEmpty()) {
        push(level + 1, takeParent(level));
      }
      level++;
    }
    return levels.get(level).get(0);
  }

  private void push(int level, Node node) throws IOException {
    if (level == levels.size()) {
      levels.add(new ArrayList<>());
    }
    List<Node> nodes = levels.get(level);
    nodes.add(node);
    if (nodes.size() == profile.linksMax()) {
      push(level + 1, takeParent(level));
    }
  }

  /** A node over all that waits at {@code level}. */
  private Node takeParent(int level) throws IOException {
    List<Node> nodes = levels.get(level);
    List<PbLink> links = new ArrayList<>(nodes.size());
    List<Long> sizes = new ArrayList<>(nodes.size());
    List<Long> places = new ArrayList<>(nodes.size());
    long treeBytes = 0;
    long fileBytes = 0;
    for (Node node : nodes) {
      links.add(node.link(Bytes.empty()));
      sizes.add(node.fileBytes());
      places.add(node.place());
      treeBytes += node.treeBytes();
      fileBytes += node.fileBytes();
    }
    nodes.clear();
    Bytes block = PbNode.of(links, UnixFsData.file(sizes).encode()).encode();
    return new Node(
        profile.nodeCid(block), fileBytes, treeBytes + block.length(), spool.append(block, places));
  }
}
