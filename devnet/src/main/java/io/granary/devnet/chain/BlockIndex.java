package io.granary.devnet.chain;

import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Blocks by CID, tipsets by key, and blocks that could stand in one tipset. Safe for any thread.
 */
final class BlockIndex {
  private record Place(TipSetKey parents, long height) {}

  private final Map<Cid, BlockEntry> blocks = new ConcurrentHashMap<>();
  private final Map<TipSetKey, ExecutedTipSet> tipSets = new ConcurrentHashMap<>();
  private final Map<Place, List<BlockEntry>> siblings = new ConcurrentHashMap<>();

  void add(BlockEntry block) {
    if (blocks.putIfAbsent(block.cid(), block) == null) {
      siblings.computeIfAbsent(place(block), key -> new CopyOnWriteArrayList<>()).add(block);
    }
  }

  void add(ExecutedTipSet tipSet) {
    tipSets.put(tipSet.key(), tipSet);
  }

  Optional<BlockEntry> block(Cid cid) {
    return Optional.ofNullable(blocks.get(cid));
  }

  Optional<ExecutedTipSet> tipSet(TipSetKey key) {
    return Optional.ofNullable(tipSets.get(key));
  }

  /** All known blocks of the height and parents of {@code block}, itself included. */
  List<BlockEntry> siblings(BlockEntry block) {
    return List.copyOf(siblings.getOrDefault(place(block), List.of()));
  }

  private static Place place(BlockEntry block) {
    return new Place(new TipSetKey(block.header().parents()), block.height());
  }
}
