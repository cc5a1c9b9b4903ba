package io.granary.devnet.policy;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.chain.DeadlineInfo;
import io.granary.protocol.chain.ProvingSchedule;

/**
 * The deadlines of one miner (chain.md 5.1, go-state-types dline/deadline.go). Proving periods
 * start at every epoch that is congruent to {@code offset} modulo the period, back to before
 * genesis.
 *
 * @param offset 0 to the proving period − 1
 */
public record ProvingGrid(ChainPolicy policy, long offset) {
  /** The offset that builtin-actors gives a miner created at {@code creation}. */
  public static long offsetOf(ActorId miner, long creation, ChainPolicy policy) {
    return schedule(policy).periodOffset(miner, new Epoch(creation));
  }

  /** The first epoch of the proving period that holds {@code epoch}. */
  public long periodStart(long epoch) {
    return epoch - Math.floorMod(epoch - offset, policy.provingPeriod());
  }

  /** The deadline that is open at {@code epoch}. */
  public DeadlineInfo current(long epoch) {
    long start = periodStart(epoch);
    return deadline((epoch - start) / policy.challengeWindow(), epoch);
  }

  /** Deadline {@code index} of the period that holds {@code epoch}, even when it has elapsed. */
  public DeadlineInfo deadline(long index, long epoch) {
    return at(periodStart(epoch), index, epoch);
  }

  /** Deadline {@code index} of this period, or of the next one when it has elapsed. */
  public DeadlineInfo nextNotElapsed(long index, long epoch) {
    DeadlineInfo here = deadline(index, epoch);
    return here.close().value() > epoch
        ? here
        : at(here.periodStart().value() + policy.provingPeriod(), index, epoch);
  }

  private DeadlineInfo at(long start, long index, long epoch) {
    return schedule(policy).deadline(new Epoch(start), index, new Epoch(epoch));
  }

  private static ProvingSchedule schedule(ChainPolicy policy) {
    return new ProvingSchedule(
        policy.deadlines(),
        policy.provingPeriod(),
        policy.challengeWindow(),
        policy.challengeLookback(),
        policy.faultDeclarationCutoff());
  }

  /**
   * Whether sectors may be added to, or taken out of, deadline {@code index} at {@code epoch}: it
   * is neither open nor the next to open (builtin-actors, deadline_is_mutable).
   */
  public boolean isMutable(long index, long epoch) {
    return epoch < nextNotElapsed(index, epoch).open().value() - policy.challengeWindow();
  }

  /** {@code epoch} rounded up to the last epoch of deadline {@code index} in some period. */
  public long quantizeUp(long epoch, long index) {
    long last = offset + (index + 1) * policy.challengeWindow() - 1;
    return epoch + Math.floorMod(last - epoch, policy.provingPeriod());
  }

  /** Whether {@code epoch} is the last one of a deadline, when its cron runs. */
  public boolean endsDeadline(long epoch) {
    return current(epoch).close().value() - 1 == epoch;
  }
}
