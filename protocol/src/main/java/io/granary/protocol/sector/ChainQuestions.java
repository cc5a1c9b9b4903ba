package io.granary.protocol.sector;

import java.time.Instant;

/**
 * What a state has to know of the chain to go on. Only what is asked for is fetched.
 *
 * @param sector precommit and committed sector under this number
 * @param ticket seal randomness for work that starts now
 * @param seed the seed of the precommit on chain, once its epoch is past
 * @param deposit what a precommit costs now, and who pays
 * @param pledge what a commit costs now, and who pays
 * @param location deadline and partition of the committed sector
 * @param faults whether the chain holds it faulty or recovering
 */
public record ChainQuestions(
    boolean sector,
    boolean ticket,
    boolean seed,
    boolean deposit,
    boolean pledge,
    boolean location,
    boolean faults) {
  /** Nothing to ask. */
  public static final ChainQuestions NONE =
      new ChainQuestions(false, false, false, false, false, false, false);

  private static final ChainQuestions SECTOR =
      new ChainQuestions(true, false, false, false, false, false, false);

  /** Whether there is nothing to ask. */
  public boolean isEmpty() {
    return equals(NONE);
  }

  /** What {@code state} has to know at {@code now}. */
  public static ChainQuestions of(SectorState state, Instant now) {
    if (state instanceof PreCommit1 pc1) {
      return pc1.ticket().isEmpty()
          ? new ChainQuestions(true, true, false, false, false, false, false)
          : NONE;
    }
    if (state instanceof PreCommitting committing) {
      boolean due = committing.message().due(now);
      return new ChainQuestions(true, false, false, due, false, false, false);
    }
    if (state instanceof Committing committing) {
      boolean due = committing.message().due(now);
      return new ChainQuestions(true, false, true, false, due, false, false);
    }
    if (state instanceof WaitSeed || state instanceof SectorState.Seeded) {
      return new ChainQuestions(true, false, true, false, false, false, false);
    }
    if (state instanceof SectorState.OnChain onChain) {
      boolean unplaced = onChain.committed().location().isEmpty();
      boolean faults = state instanceof Faulty || state instanceof Recovering;
      return new ChainQuestions(true, false, false, false, false, unplaced, faults);
    }
    if (state instanceof Parked parked
        && parked.stage() instanceof SectorState.Holding
        && !(parked.stage() instanceof SectorState.OnChain)) {
      return SECTOR;
    }
    return NONE;
  }
}
