package io.granary.sharding.winning;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.winning.MinedBlock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators read about block production. */
final class WinningOperatorLog {
  private static final Logger LOG = LoggerFactory.getLogger("granary.winning");

  private WinningOperatorLog() {}

  /** A block was submitted, or its epoch was lost after the claim. */
  static void ended(MinedBlock block) {
    if (block.outcome() == MinedBlock.Outcome.SUBMITTED) {
      LOG.info(
          "miner {} won epoch {} {} times: block {} submitted {} ms after its base, proven at {} ms",
          block.miner(),
          block.epoch(),
          block.winCount(),
          block.block().map(Object::toString).orElse(""),
          block.submittedMillis(),
          block.provenMillis());
    } else {
      LOG.error(
          "miner {} lost its block of epoch {}: {}", block.miner(), block.epoch(), block.detail());
    }
  }

  /** An epoch went by because a step failed; nothing was signed. */
  static void failed(ActorId miner, Epoch epoch, String step, String reason) {
    LOG.error("miner {} could not take part in epoch {}: {}: {}", miner, epoch, step, reason);
  }

  /** An epoch went by for the safety of the miner; nothing was signed. */
  static void refused(ActorId miner, Epoch epoch, String reason) {
    LOG.warn("miner {} makes no block at epoch {}: {}", miner, epoch, reason);
  }

  /** A block is in the chain. */
  static void included(MinedBlock block) {
    LOG.info("the block of miner {} at epoch {} is in the chain", block.miner(), block.epoch());
  }

  /** A block is not in the chain: it came late, or the chain went another way. */
  static void leftOut(MinedBlock block) {
    LOG.warn(
        "the block of miner {} at epoch {}, submitted {} ms after its base, is not in the chain",
        block.miner(),
        block.epoch(),
        block.submittedMillis());
  }

  /** What became of a claimed epoch could not be kept; it shows as it was before. */
  static void notNoted(MinedBlock block, Throwable error) {
    LOG.warn(
        "could not keep that the block of miner {} at epoch {} is {}: {}",
        block.miner(),
        block.epoch(),
        block.outcome(),
        error.toString());
  }

  /** Something this producer needs to begin with could not be read; it is tried again. */
  static void unread(String what, Throwable error) {
    LOG.warn("block production waits: {} could not be read: {}", what, error.toString());
  }
}
