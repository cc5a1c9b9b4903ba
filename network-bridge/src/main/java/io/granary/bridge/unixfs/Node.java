package io.granary.bridge.unixfs;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;

/**
 * The root of a finished part of a tree.
 *
 * @param fileBytes length of the file below it, 0 for folders
 * @param treeBytes bytes of all blocks below it and of its own
 * @param place where the spool has its block, {@link #LEAF} when the block is made from the file
 *     again
 */
record Node(Cid cid, long fileBytes, long treeBytes, long place) {
  static final long LEAF = -1;

  PbLink link(Bytes name) {
    return new PbLink(cid, name, treeBytes);
  }
}
