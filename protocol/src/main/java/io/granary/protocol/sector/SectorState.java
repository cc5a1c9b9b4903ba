package io.granary.protocol.sector;

import io.granary.protocol.Stamp;

/**
 * The life of a sector. One record per state, with only what that state knows; {@link
 * SectorTransitions} is the table of what leads where.
 */
public sealed interface SectorState permits Empty, SectorState.Living {

  /** The state after {@code event}; pure. */
  default SectorState on(SectorEvent event) {
    return SectorTransitions.apply(this, event);
  }

  /** The state's name, as lists, histories and the diagram show it. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** A sector that has been asked for. */
  sealed interface Living extends SectorState permits AtWork, Holding, Parked, Removed {
    SectorCore core();

    /** This state with another core. */
    Living withCore(SectorCore core);

    /** This state, last changed at {@code stamp}. */
    default Living at(Stamp stamp) {
      return withCore(core().at(stamp));
    }
  }

  /** A state whose work is a job of the prover pool. */
  sealed interface AtWork extends Living
      permits Filling,
          PreCommit1,
          PreCommit2,
          Commit1,
          Commit2,
          Finalizing,
          DroppingUnsealed,
          Removing {
    JobSlot job();

    AtWork withJob(JobSlot job);
  }

  /** A state whose work is a message on chain. */
  sealed interface Posting extends Holding permits PreCommitting, Committing {
    MessageSlot message();

    Posting withMessage(MessageSlot message);
  }

  /** A state in which the replica exists. */
  sealed interface Holding extends Living permits Posting, WaitSeed, Seeded, OnChain {
    Replica replica();
  }

  /** A state in which the precommit's seed is known. */
  sealed interface Seeded extends Holding permits Commit1, Commit2, Committing {
    PreCommitted preCommitted();

    Seed seed();
  }

  /** A state in which the chain holds the committed sector. */
  sealed interface OnChain extends Holding
      permits Finalizing, Proving, DroppingUnsealed, Faulty, Recovering {
    Committed committed();

    OnChain withCommitted(Committed committed);
  }
}
