package io.granary.bridge.unixfs;

import io.granary.bridge.car.Block;
import io.granary.bridge.car.BlockSource;
import io.granary.bridge.car.CidTable;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The blocks that answer a {@link DagRequest}, one by one: those of the path from the root, then
 * those of the scope, depth first. Blocks come from the source as they are; wrap a source that is
 * not trusted in {@link io.granary.bridge.car.VerifiedBlocks}. Identity CIDs are walked through but
 * not given. Holds links that wait and, without duplicates, the names of what was given; nothing
 * else grows. Used by one thread.
 */
public final class DagWalk {
  private final DagRequest request;
  private final WalkLimits limits;
  private final DagBlocks blocks;
  private final Deque<Item> pending = new ArrayDeque<>();
  private final CidTable given;
  private long visits;

  /** What of a block's links is wanted. */
  private enum Below {
    NOTHING,
    ALL,
    /** The block is what the path ends in. */
    ENTITY,
    /** The block is part of a file. */
    FILE_PART,
    /** The block is part of a sharded folder. */
    SHARD
  }

  /**
   * A block still to be visited.
   *
   * @param start the first byte wanted, of the part of the file below it
   * @param end the byte after the last one wanted
   */
  private record Item(Cid cid, Below below, long start, long end) {
    Item(Cid cid, Below below) {
      this(cid, below, 0, Long.MAX_VALUE);
    }

    /** Whether nothing in the block tells what is below it. */
    boolean isLeaf() {
      return below == Below.NOTHING || (cid.codec() == Cid.RAW && below != Below.SHARD);
    }
  }

  /**
   * A block that is given.
   *
   * @param data empty when the walk did not need it
   */
  public record Visit(Cid cid, Optional<Bytes> data) {}

  private DagWalk(DagRequest request, WalkLimits limits, DagBlocks blocks) {
    this.request = request;
    this.limits = limits;
    this.blocks = blocks;
    this.given = new CidTable(request.duplicates() ? 1 : limits.knownBlocksMax());
  }

  /**
   * Follows the path.
   *
   * @throws UnixFsException of kind ROOT_MISSING or PATH_MISSING when there is no such thing, of
   *     another kind when a block on the path is missing, malformed or not handled
   * @throws IOException when the source cannot be read
   */
  public static DagWalk open(DagRequest request, BlockSource source, WalkLimits limits)
      throws IOException {
    if (request.path().size() > limits.pathSegmentsMax()) {
      throw new UnixFsException(
          UnixFsException.Kind.LIMIT, "path of more than " + limits.pathSegmentsMax() + " names");
    }
    DagBlocks blocks = new DagBlocks(source, limits.blockBytesMax());
    DagPath.Target target = DagPath.resolve(blocks, request.root(), request.path());
    DagWalk walk = new DagWalk(request, limits, blocks);
    walk.start(target);
    return walk;
  }

  private void start(DagPath.Target target) throws IOException {
    target.before().forEach(cid -> pending.addLast(new Item(cid, Below.NOTHING)));
    boolean insideCbor = target.cborAt() > 0;
    Below below =
        switch (request.scope()) {
          case BLOCK -> Below.NOTHING;
          case ENTITY -> Below.ENTITY;
          case ALL -> insideCbor ? Below.NOTHING : Below.ALL;
        };
    pending.addLast(new Item(target.block(), below));
    if (insideCbor && request.scope() == DagScope.ALL) {
      Bytes data = blocks.load(target.block(), UnixFsException.Kind.BLOCK_MISSING);
      for (Cid cid : DagCbor.of(data).links(target.cborAt())) {
        pending.addLast(new Item(cid, Below.ALL));
      }
    }
    requireRoom(0);
  }

  /**
   * The next block, or empty after the last.
   *
   * @throws UnixFsException when a block is missing, malformed or not handled, or a limit is
   *     reached: the answer so far is then incomplete
   * @throws IOException when the source cannot be read
   */
  public Optional<Block> next() throws IOException {
    Optional<Visit> visit = visit();
    if (visit.isEmpty()) {
      return Optional.empty();
    }
    Cid cid = visit.get().cid();
    Optional<Bytes> data = visit.get().data();
    return Optional.of(
        new Block(
            cid,
            data.isPresent() ? data.get() : blocks.load(cid, UnixFsException.Kind.BLOCK_MISSING)));
  }

  /**
   * What {@link #next} gives, without the bytes of a block that the walk has not to look into:
   * whoever wants them asks the source before the next visit.
   *
   * @throws UnixFsException as {@link #next} does
   * @throws IOException when the source cannot be read
   */
  public Optional<Visit> visit() throws IOException {
    while (!pending.isEmpty()) {
      if (++visits > limits.visitsMax()) {
        throw new UnixFsException(
            UnixFsException.Kind.LIMIT, "more than " + limits.visitsMax() + " blocks");
      }
      Item item = pending.removeFirst();
      boolean fresh = request.duplicates() || isNew(item.cid());
      if (fresh || item.end() != Long.MAX_VALUE) {
        boolean wanted = fresh && item.cid().multihashCode() != Cid.IDENTITY;
        blocks.expect(() -> upcoming(item));
        if (wanted && item.isLeaf()) {
          return Optional.of(new Visit(item.cid(), Optional.empty()));
        }
        Bytes data = blocks.load(item.cid(), UnixFsException.Kind.BLOCK_MISSING);
        push(below(item, data));
        if (wanted) {
          return Optional.of(new Visit(item.cid(), Optional.of(data)));
        }
      }
    }
    return Optional.empty();
  }

  /** What will be read next, as far as it is known; an identity CID is not read. */
  private Iterator<Cid> upcoming(Item next) {
    return Stream.concat(
            Stream.of(next),
            pending.stream()
                .filter(
                    item ->
                        request.duplicates()
                            || item.end() != Long.MAX_VALUE
                            || given.get(item.cid().bytes()).isEmpty()))
        .map(Item::cid)
        .filter(cid -> cid.multihashCode() != Cid.IDENTITY)
        .iterator();
  }

  private boolean isNew(Cid cid) {
    if (given.isFull() && given.get(cid.bytes()).isEmpty()) {
      throw new UnixFsException(
          UnixFsException.Kind.LIMIT, "more than " + limits.knownBlocksMax() + " different blocks");
    }
    return given.putIfAbsent(cid.bytes(), 0);
  }

  private void push(List<Item> items) {
    requireRoom(items.size());
    for (int i = items.size() - 1; i >= 0; i--) {
      pending.addFirst(items.get(i));
    }
  }

  private void requireRoom(int more) {
    if (pending.size() + more > limits.pendingLinksMax()) {
      throw new UnixFsException(
          UnixFsException.Kind.LIMIT, "more than " + limits.pendingLinksMax() + " links wait");
    }
  }

  private List<Item> below(Item item, Bytes data) {
    return switch (item.below()) {
      case NOTHING -> List.of();
      case ALL ->
          DagBlocks.links(item.cid(), data).stream().map(cid -> new Item(cid, Below.ALL)).toList();
      case ENTITY -> entity(item, data);
      case FILE_PART -> filePart(item, data);
      case SHARD -> shards(item, data);
    };
  }

  private List<Item> entity(Item item, Bytes data) {
    if (item.cid().codec() != Cid.DAG_PB) {
      return List.of();
    }
    PbNode node = PbNode.decode(data);
    Optional<UnixFsData> unixFs = DagBlocks.unixFs(node);
    if (unixFs.isEmpty()) {
      return List.of();
    }
    if (unixFs.get().type() == UnixFsData.Type.SHARD) {
      return shards(item, data);
    }
    if (!unixFs.get().isFile()) {
      return List.of();
    }
    if (request.bytes().equals(EntityBytes.WHOLE)) {
      return wholeFile(node);
    }
    return request
        .bytes()
        .of(FileParts.length(item.cid(), node, unixFs.get()))
        .map(range -> parts(item.cid(), node, unixFs.get(), range.start(), range.end()))
        .orElse(List.of());
  }

  private List<Item> filePart(Item item, Bytes data) {
    if (item.cid().codec() == Cid.RAW) {
      return List.of();
    }
    if (item.cid().codec() != Cid.DAG_PB) {
      throw UnixFsException.malformed("block " + item.cid() + " is no part of a file");
    }
    PbNode node = PbNode.decode(data);
    UnixFsData unixFs = FileParts.data(item.cid(), node);
    return item.end() == Long.MAX_VALUE
        ? wholeFile(node)
        : parts(item.cid(), node, unixFs, item.start(), item.end());
  }

  private static List<Item> wholeFile(PbNode node) {
    return node.links().stream().map(link -> new Item(link.cid(), Below.FILE_PART)).toList();
  }

  private static List<Item> parts(Cid cid, PbNode node, UnixFsData unixFs, long start, long end) {
    List<Item> items = new ArrayList<>();
    for (FileParts.Part part : FileParts.of(cid, node, unixFs)) {
      if (part.start() < end && part.end() > start) {
        long from = Math.max(0, start - part.start());
        long to = Math.min(end, part.end()) - part.start();
        items.add(new Item(part.cid(), Below.FILE_PART, from, to));
      }
    }
    return items;
  }

  private static List<Item> shards(Item item, Bytes data) {
    PbNode node = PbNode.decode(data);
    UnixFsData unixFs =
        DagBlocks.unixFs(node)
            .filter(found -> found.type() == UnixFsData.Type.SHARD)
            .orElseThrow(
                () -> UnixFsException.malformed("block " + item.cid() + " is no part of a folder"));
    int prefix = Shards.prefixLength(unixFs);
    return node.links().stream()
        .filter(link -> link.name().length() == prefix)
        .map(link -> new Item(link.cid(), Below.SHARD))
        .toList();
  }
}
