package io.granary.bridge.unixfs;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.util.ArrayList;
import java.util.List;

/** Which bytes of a file stand below which link of a node. */
final class FileParts {
  private FileParts() {}

  /**
   * A link and its bytes, counted from the first byte below the node.
   *
   * @param end the byte after its last
   */
  record Part(Cid cid, long start, long end) {}

  /** The node as a file or a part of one. */
  static UnixFsData data(Cid cid, PbNode node) {
    return DagBlocks.unixFs(node)
        .filter(UnixFsData::isFile)
        .orElseThrow(() -> UnixFsException.malformed("block " + cid + " is no part of a file"));
  }

  /** The links; bytes in the node itself come first. */
  static List<Part> of(Cid cid, PbNode node, UnixFsData data) {
    if (data.blockBytes().size() != node.links().size()) {
      throw UnixFsException.malformed(
          "block "
              + cid
              + " has "
              + node.links().size()
              + " links and "
              + data.blockBytes().size()
              + " sizes");
    }
    List<Part> parts = new ArrayList<>(node.links().size());
    long at = data.data().length();
    for (int i = 0; i < node.links().size(); i++) {
      long size = data.blockBytes().get(i);
      if (size > Long.MAX_VALUE - 1 - at) {
        throw UnixFsException.malformed("block " + cid + " has sizes beyond 2^63");
      }
      parts.add(new Part(node.links().get(i).cid(), at, at + size));
      at += size;
    }
    return parts;
  }

  /** Bytes of the file below the node. */
  static long length(Cid cid, PbNode node, UnixFsData data) {
    List<Part> parts = of(cid, node, data);
    Bytes own = data.data();
    return parts.isEmpty() ? own.length() : parts.get(parts.size() - 1).end();
  }
}
