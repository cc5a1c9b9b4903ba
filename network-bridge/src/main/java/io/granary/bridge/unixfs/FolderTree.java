package io.granary.bridge.unixfs;

import io.granary.protocol.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Makes the nodes of one folder from all its entries: one node, or a trie by the hash of the names
 * when the folder is large (boxo unixfs/io, unixfs/hamt; ipfs-unixfs-importer). kubo and the
 * importer grow the trie entry by entry and get the same.
 */
final class FolderTree {
  private final UnixFsProfile profile;
  private final NodeSpool spool;

  /** A name, its UTF-8 bytes, and what it names. */
  record Entry(Bytes name, Node node) {}

  private record Placed(Entry entry, long hash) {}

  FolderTree(UnixFsProfile profile, NodeSpool spool) {
    this.profile = profile;
    this.spool = spool;
  }

  /** The folder of {@code entries}, whose names differ. */
  Node build(List<Entry> entries) throws IOException {
    List<Entry> ordered = new ArrayList<>(entries);
    ordered.sort(Comparator.comparing(Entry::name));
    if (profile.folderSize() == UnixFsProfile.FolderSize.LINKS && linkBytes(ordered) > limit()) {
      return sharded(ordered);
    }
    List<PbLink> links = ordered.stream().map(entry -> entry.node().link(entry.name())).toList();
    Bytes block = PbNode.of(links, UnixFsData.directory().encode()).encode();
    if (profile.folderSize() == UnixFsProfile.FolderSize.BLOCK && block.length() > limit()) {
      return sharded(ordered);
    }
    return keep(block, ordered.stream().map(Entry::node).toList());
  }

  private int limit() {
    return profile.folderBytesMax();
  }

  private static long linkBytes(List<Entry> entries) {
    long total = 0;
    for (Entry entry : entries) {
      total += entry.name().length() + entry.node().cid().bytes().length();
    }
    return total;
  }

  private Node sharded(List<Entry> entries) throws IOException {
    List<Placed> placed = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      placed.add(new Placed(entry, Murmur3.hash64(entry.name())));
    }
    placed.sort((a, b) -> Long.compareUnsigned(a.hash(), b.hash()));
    return shard(placed, 0);
  }

  /** The shard of entries whose hashes, in order, agree in their first {@code depth} bytes. */
  private Node shard(List<Placed> entries, int depth) throws IOException {
    if (depth == Shards.LEVELS_MAX) {
      throw new UnixFsException(
          UnixFsException.Kind.UNSUPPORTED,
          "two names have one hash: " + entries.get(0).entry().name());
    }
    List<PbLink> links = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    byte[] bits = new byte[Shards.FANOUT / 8];
    int from = 0;
    while (from < entries.size()) {
      int index = Shards.index(entries.get(from).hash(), depth);
      int to = from + 1;
      while (to < entries.size() && Shards.index(entries.get(to).hash(), depth) == index) {
        to++;
      }
      Bytes prefix = Shards.prefix(index);
      Entry only = entries.get(from).entry();
      Node node = to == from + 1 ? only.node() : shard(entries.subList(from, to), depth + 1);
      links.add(node.link(to == from + 1 ? Bytes.concat(prefix, only.name()) : prefix));
      nodes.add(node);
      bits[bits.length - 1 - index / 8] |= (byte) (1 << index % 8);
      from = to;
    }
    Bytes data =
        UnixFsData.shard(Shards.withoutLeadingZeros(bits), Shards.MURMUR3, Shards.FANOUT).encode();
    return keep(PbNode.of(links, data).encode(), nodes);
  }

  private Node keep(Bytes block, List<Node> children) throws IOException {
    long treeBytes = block.length();
    List<Long> places = new ArrayList<>(children.size());
    for (Node child : children) {
      treeBytes += child.treeBytes();
      places.add(child.place());
    }
    return new Node(profile.nodeCid(block), 0, treeBytes, spool.append(block, places));
  }
}
