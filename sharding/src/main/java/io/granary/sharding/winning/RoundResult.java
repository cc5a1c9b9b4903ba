package io.granary.sharding.winning;

import io.granary.protocol.winning.MinedBlock;

/** How a round ended. */
sealed interface RoundResult {
  /** The miner may not make blocks now: no power at the lookback, a fee debt, a consensus fault. */
  record NotEligible() implements RoundResult {}

  /** The election brought no win. */
  record Lost() implements RoundResult {}

  /** The base is not the head's any more; the epoch may be tried again on another base. */
  record Moved() implements RoundResult {}

  /** Not signed, for the safety of the miner. */
  record Refused(String reason) implements RoundResult {}

  /** A step failed before anything was claimed. */
  record Failed(String step, String reason) implements RoundResult {}

  /** Claimed in the store, and perhaps submitted: the outcome says. */
  record Claimed(MinedBlock block) implements RoundResult {}
}
