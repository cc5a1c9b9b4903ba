package io.granary.protocol.chain;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.hash.Blake2b;
import java.nio.ByteBuffer;

/**
 * The constants of a network's proving periods, in epochs, and the time grid that follows from them
 * (go-state-types dline; builtin-actors actors/miner/src/deadline_info.rs).
 *
 * @param deadlines deadlines of a proving period
 * @param provingPeriod epochs of a proving period: deadlines times challengeWindow
 * @param challengeWindow epochs a deadline is open
 * @param challengeLookback epochs from a deadline's challenge to its opening
 * @param faultDeclarationCutoff epochs from the last declaration to a deadline's opening
 */
public record ProvingSchedule(
    long deadlines,
    long provingPeriod,
    long challengeWindow,
    long challengeLookback,
    long faultDeclarationCutoff) {
  public ProvingSchedule {
    if (deadlines < 1
        || challengeWindow < 1
        || challengeLookback < 0
        || faultDeclarationCutoff < 0
        || provingPeriod != Math.multiplyExact(deadlines, challengeWindow)) {
      throw new IllegalArgumentException(
          "proving schedule: "
              + deadlines
              + " deadlines of "
              + challengeWindow
              + " epochs do not make a period of "
              + provingPeriod
              + ", or lookback "
              + challengeLookback
              + " or cutoff "
              + faultDeclarationCutoff
              + " is negative");
    }
  }

  /**
   * Where a new miner's periods start, modulo the period (builtin-actors
   * assign_proving_period_offset).
   */
  public long periodOffset(ActorId miner, Epoch creation) {
    Bytes epoch = Bytes.of(ByteBuffer.allocate(Long.BYTES).putLong(creation.value()).array());
    Bytes hash = Blake2b.hash256(Bytes.concat(Randomness.minerEntropy(miner), epoch));
    long seed = ByteBuffer.wrap(hash.toArray()).getLong();
    return Long.remainderUnsigned(seed, provingPeriod);
  }

  /** The start of the period that {@code current} lies in; negative for the first of a chain. */
  public Epoch periodStart(Epoch current, long offset) {
    return current.minus(Math.floorMod(Math.subtractExact(current.value(), offset), provingPeriod));
  }

  /**
   * The index of the deadline open at {@code current}, which must lie in the period of {@code
   * periodStart}.
   */
  public long deadlineIndex(Epoch current, Epoch periodStart) {
    long passed = current.since(periodStart);
    if (passed < 0 || passed >= provingPeriod) {
      throw new IllegalArgumentException(
          "proving period: epoch " + current + " is not in the one from " + periodStart);
    }
    return passed / challengeWindow;
  }

  /** Deadline {@code index} of the period from {@code periodStart}, seen at {@code current}. */
  public DeadlineInfo deadline(Epoch periodStart, long index, Epoch current) {
    if (index < 0 || index >= deadlines) {
      throw new IllegalArgumentException(
          "deadline: must be 0 to " + (deadlines - 1) + ", got " + index);
    }
    Epoch open = periodStart.plus(Math.multiplyExact(index, challengeWindow));
    return new DeadlineInfo(
        current,
        periodStart,
        index,
        open,
        open.plus(challengeWindow),
        open.minus(challengeLookback),
        open.minus(faultDeclarationCutoff),
        deadlines,
        provingPeriod,
        challengeWindow,
        challengeLookback,
        faultDeclarationCutoff);
  }

  /** The deadline open at {@code current}, for a miner of {@code offset}. */
  public DeadlineInfo currentDeadline(Epoch current, long offset) {
    Epoch start = periodStart(current, offset);
    return deadline(start, deadlineIndex(current, start), current);
  }
}
