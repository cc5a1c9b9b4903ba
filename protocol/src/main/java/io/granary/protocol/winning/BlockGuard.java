package io.granary.protocol.winning;

import io.granary.protocol.Epoch;
import io.granary.protocol.chain.TipSet;
import java.util.List;
import java.util.Optional;

/**
 * Refuses a block that would be a consensus fault beside blocks the miner has made (builtin-actors
 * runtime, verify_consensus_fault): two at one epoch, two on the same parents, or one on parents
 * that leave out the miner's own block although they are its siblings. What was claimed counts as
 * made: whether its block was signed is not always known.
 */
public final class BlockGuard {
  private BlockGuard() {}

  /** Why the miner of {@code made} must not build epoch {@code round} on {@code base}. */
  public static Optional<String> objection(TipSet base, Epoch round, List<MinedBlock> made) {
    for (MinedBlock block : made) {
      if (block.epoch().equals(round)) {
        return Optional.of("epoch " + round + " is claimed already");
      }
      if (block.parents().equals(base.key())) {
        return Optional.of("these parents carry our block of epoch " + block.epoch() + " already");
      }
      boolean sibling =
          block.epoch().equals(base.height()) && block.parents().equals(base.parents());
      boolean inside = block.block().map(cid -> base.key().cids().contains(cid)).orElse(false);
      if (sibling && block.block().isPresent() && !inside) {
        return Optional.of("the base leaves out our own block of epoch " + block.epoch());
      }
    }
    return Optional.empty();
  }
}
