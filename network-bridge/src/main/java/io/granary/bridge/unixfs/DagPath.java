package io.granary.bridge.unixfs;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Follows a path: names through folders and shards, keys and numbers through dag-cbor. Used once.
 */
final class DagPath {
  private final DagBlocks blocks;
  private final List<Cid> before = new ArrayList<>();
  private Cid current;
  private int cborAt;
  private int shardDepth;

  /**
   * Where a path ends.
   *
   * @param before blocks that lead there, the root first
   * @param block the block it ends in
   * @param cborAt where in a dag-cbor block it ends, 0 for the whole
   */
  record Target(List<Cid> before, Cid block, int cborAt) {}

  private DagPath(DagBlocks blocks, Cid root) {
    this.blocks = blocks;
    this.current = root;
  }

  /**
   * Follows {@code path} and makes sure that the block it ends in is there.
   *
   * @throws UnixFsException of the kinds ROOT_MISSING, PATH_MISSING and others
   */
  static Target resolve(DagBlocks blocks, Cid root, List<String> path) throws IOException {
    DagPath at = new DagPath(blocks, root);
    Bytes data = at.load();
    for (String name : path) {
      while (!at.step(name, data)) {
        data = at.load();
      }
      data = at.load();
    }
    return new Target(List.copyOf(at.before), at.current, at.cborAt);
  }

  private Bytes load() throws IOException {
    return blocks.load(
        current,
        before.isEmpty() ? UnixFsException.Kind.ROOT_MISSING : UnixFsException.Kind.BLOCK_MISSING);
  }

  /** One step towards {@code name}; false when it led to a shard and the name is still ahead. */
  private boolean step(String name, Bytes data) {
    if (current.codec() == Cid.DAG_CBOR) {
      stepInCbor(name, DagCbor.of(data));
      return true;
    }
    if (current.codec() != Cid.DAG_PB) {
      throw missing(name);
    }
    PbNode node = PbNode.decode(data);
    Optional<UnixFsData> unixFs = DagBlocks.unixFs(node);
    Bytes wanted = Bytes.of(name.getBytes(StandardCharsets.UTF_8));
    if (unixFs.isPresent() && unixFs.get().type() == UnixFsData.Type.SHARD) {
      PbLink link =
          Shards.find(node, unixFs.get(), wanted, shardDepth).orElseThrow(() -> missing(name));
      boolean found = link.name().length() > Shards.prefixLength(unixFs.get());
      int depth = found ? 0 : shardDepth + 1;
      descend(link.cid());
      shardDepth = depth;
      return found;
    }
    if (unixFs.isPresent() && unixFs.get().type() != UnixFsData.Type.DIRECTORY) {
      throw missing(name);
    }
    descend(
        node.links().stream()
            .filter(link -> link.name().equals(wanted))
            .findFirst()
            .orElseThrow(() -> missing(name))
            .cid());
    return true;
  }

  private void stepInCbor(String name, DagCbor cbor) {
    OptionalInt child = cbor.child(cborAt, name);
    int at = child.orElseThrow(() -> missing(name));
    Optional<Cid> link = cbor.link(at);
    if (link.isPresent()) {
      descend(link.get());
    } else {
      cborAt = at;
    }
  }

  private void descend(Cid cid) {
    before.add(current);
    current = cid;
    cborAt = 0;
    shardDepth = 0;
  }

  private UnixFsException missing(String name) {
    return new UnixFsException(
        UnixFsException.Kind.PATH_MISSING, "nothing named " + name + " in " + current);
  }
}
