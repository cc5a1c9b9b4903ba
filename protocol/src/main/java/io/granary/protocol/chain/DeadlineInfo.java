package io.granary.protocol.chain;

import io.granary.protocol.Epoch;

/**
 * One deadline of a proving period with the constants it was computed from (go-state-types
 * dline/deadline.go). All lengths are epochs.
 *
 * @param periodStart first epoch of the proving period
 * @param index 0 to {@code deadlines − 1}
 * @param open first epoch a proof is accepted
 * @param close first epoch a proof is no longer accepted
 * @param challenge the epoch whose beacon gives the challenge
 * @param faultCutoff first epoch at which faults and recoveries can no longer be declared
 */
public record DeadlineInfo(
    Epoch currentEpoch,
    Epoch periodStart,
    long index,
    Epoch open,
    Epoch close,
    Epoch challenge,
    Epoch faultCutoff,
    long deadlines,
    long provingPeriod,
    long challengeWindow,
    long challengeLookback,
    long faultDeclarationCutoff) {

  /** The constants this deadline was computed from. */
  public ProvingSchedule schedule() {
    return new ProvingSchedule(
        deadlines, provingPeriod, challengeWindow, challengeLookback, faultDeclarationCutoff);
  }

  /** Deadline {@code other} of the same period, seen at the same epoch. */
  public DeadlineInfo withIndex(long other) {
    return schedule().deadline(periodStart, other, currentEpoch);
  }

  /** The same deadline seen at {@code current}. */
  public DeadlineInfo at(Epoch current) {
    return schedule().deadline(periodStart, index, current);
  }

  /** The same deadline one proving period later. */
  public DeadlineInfo nextPeriod() {
    return schedule().deadline(periodStart.plus(provingPeriod), index, currentEpoch);
  }

  /** This, or if it has closed, the first later occurrence of the same deadline that has not. */
  public DeadlineInfo nextNotElapsed() {
    if (!hasElapsed()) {
      return this;
    }
    long periods = currentEpoch.since(close) / provingPeriod + 1;
    return schedule()
        .deadline(
            periodStart.plus(Math.multiplyExact(periods, provingPeriod)), index, currentEpoch);
  }

  /** Whether proofs are accepted at the current epoch. */
  public boolean isOpen() {
    return !currentEpoch.isBefore(open) && currentEpoch.isBefore(close);
  }

  /** Whether it has closed. */
  public boolean hasElapsed() {
    return !currentEpoch.isBefore(close);
  }

  /** Whether faults and recoveries can no longer be declared for this occurrence. */
  public boolean faultCutoffPassed() {
    return !currentEpoch.isBefore(faultCutoff);
  }

  /** Whether the period it belongs to has ended. */
  public boolean periodElapsed() {
    return !currentEpoch.isBefore(periodStart.plus(provingPeriod));
  }

  /** The last epoch of its period. */
  public Epoch periodEnd() {
    return periodStart.plus(provingPeriod - 1);
  }

  /** The last epoch proofs are accepted. */
  public Epoch last() {
    return close.minus(1);
  }

  /**
   * Whether sectors may be added, terminated, upgraded and compacted in it: its next occurrence is
   * neither open nor the next to open (builtin-actors, deadline_is_mutable).
   */
  public boolean isMutable() {
    return currentEpoch.isBefore(nextNotElapsed().open.minus(challengeWindow));
  }
}
