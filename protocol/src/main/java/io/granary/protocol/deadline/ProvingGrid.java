package io.granary.protocol.deadline;

import io.granary.protocol.Epoch;
import io.granary.protocol.chain.DeadlineInfo;

/**
 * The time grid of a miner's proving periods (chain.md 5.1; go-state-types dline/deadline.go). It
 * is computed with, never awaited from the node: after null rounds the node's own answer lags. All
 * lengths are epochs.
 *
 * @param anchor the start of the miner's proving period that starts in 0 to {@code provingPeriod −
 *     1}: it stays the same for the miner's life
 * @param deadlines how many a period has
 * @param challengeLookback from challenge to open
 * @param faultDeclarationCutoff from the fault cutoff to open
 */
public record ProvingGrid(
    Epoch anchor,
    long deadlines,
    long provingPeriod,
    long challengeWindow,
    long challengeLookback,
    long faultDeclarationCutoff) {
  public ProvingGrid {
    if (deadlines < 1 || challengeWindow < 1 || provingPeriod < deadlines * challengeWindow) {
      throw new IllegalArgumentException(
          "proving grid: "
              + deadlines
              + " deadlines of "
              + challengeWindow
              + " epochs do not fit a period of "
              + provingPeriod);
    }
  }

  /** The grid a node's answer belongs to, whichever deadline it is about. */
  public static ProvingGrid of(DeadlineInfo info) {
    return new ProvingGrid(
        new Epoch(Math.floorMod(info.periodStart().value(), info.provingPeriod())),
        info.deadlines(),
        info.provingPeriod(),
        info.challengeWindow(),
        info.challengeLookback(),
        info.faultDeclarationCutoff());
  }

  /** The first occurrence of deadline {@code index} that has not closed at {@code at}. */
  public ProvingWindow next(long index, Epoch at) {
    if (index < 0 || index >= deadlines) {
      throw new IllegalArgumentException(
          "deadline index: expected 0 to " + (deadlines - 1) + ", got " + index);
    }
    Epoch anchorClose = anchor.plus((index + 1) * challengeWindow);
    long periods = Math.floorDiv(at.since(anchorClose), provingPeriod) + 1;
    Epoch periodStart = anchor.plus(periods * provingPeriod);
    Epoch open = periodStart.plus(index * challengeWindow);
    return new ProvingWindow(
        index,
        periodStart,
        open.minus(faultDeclarationCutoff),
        open.minus(challengeLookback),
        open,
        open.plus(challengeWindow));
  }

  /** The last occurrence of deadline {@code index} that has closed at {@code at}. */
  public ProvingWindow lastClosed(long index, Epoch at) {
    return next(index, at.minus(provingPeriod));
  }
}
