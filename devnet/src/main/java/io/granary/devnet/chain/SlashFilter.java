package io.granary.devnet.chain;

import io.granary.protocol.ActorId;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a miner from submitting two blocks that would be a consensus fault (lotus
 * chain/gen/slashfilter): at one height, on the same parents, or one that leaves out its own block
 * among the parents. A block is recorded before anybody has looked whether it is valid (recorded).
 */
final class SlashFilter {
  private record ByHeight(ActorId miner, long height) {}

  private record ByParents(ActorId miner, TipSetKey parents) {}

  private final Map<ByHeight, Cid> byHeight = new HashMap<>();
  private final Map<ByParents, Cid> byParents = new HashMap<>();

  /**
   * Records a block.
   *
   * @param parentHeight the height of its parents
   * @throws BlockRefusedException naming the block it conflicts with
   */
  synchronized void admit(BlockHeader header, long parentHeight) {
    ActorId miner = header.miner().requireId();
    Cid cid = header.cid();
    requireSame(byHeight.putIfAbsent(new ByHeight(miner, header.height().value()), cid), cid);
    ByParents place = new ByParents(miner, new TipSetKey(header.parents()));
    requireSame(byParents.putIfAbsent(place, cid), cid);
    Cid below = byHeight.get(new ByHeight(miner, parentHeight));
    if (below != null && !header.parents().contains(below)) {
      throw refused(below);
    }
  }

  /** Records a block of the node's own, whatever was there. */
  synchronized void record(BlockHeader header) {
    ActorId miner = header.miner().requireId();
    byHeight.put(new ByHeight(miner, header.height().value()), header.cid());
    byParents.put(new ByParents(miner, new TipSetKey(header.parents())), header.cid());
  }

  private static void requireSame(@Nullable Cid known, Cid cid) {
    if (known != null && !known.equals(cid)) {
      throw refused(known);
    }
  }

  private static BlockRefusedException refused(Cid witness) {
    return new BlockRefusedException("<!!> SLASH FILTER DETECTED FAULT due to witness " + witness);
  }
}
