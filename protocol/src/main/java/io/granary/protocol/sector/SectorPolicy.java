package io.granary.protocol.sector;

import java.time.Duration;

/**
 * How long a sector tries by itself before it asks for an operator, and what it chooses where the
 * chain leaves a choice.
 *
 * @param jobFailuresMax runs of one stage that may fail before the sector is parked
 * @param childDeathsMax runs of one stage that may kill their process before it is parked
 * @param interruptionsMax runs of one stage that may be lost with their worker before it is parked
 * @param messageFailuresMax messages of one stage that may fail before it is parked
 * @param sentBackMax how often work may be thrown away before it is parked
 * @param retryDelayMin wait after the first failure; doubled after each further one
 * @param retryDelayMax longest wait between two tries
 * @param lifetimeEpochs from now to the expiration a precommit asks for, moved into the network's
 *     bounds
 * @param recheckEpochs between two readings of a faulty sector's files
 */
public record SectorPolicy(
    int jobFailuresMax,
    int childDeathsMax,
    int interruptionsMax,
    int messageFailuresMax,
    int sentBackMax,
    Duration retryDelayMin,
    Duration retryDelayMax,
    long lifetimeEpochs,
    long recheckEpochs) {
  /** For a production network: 540 days of life, and an hour between two readings. */
  public static final SectorPolicy DEFAULT =
      new SectorPolicy(
          5, 2, 50, 5, 3, Duration.ofSeconds(10), Duration.ofMinutes(30), 1_555_200, 120);

  public SectorPolicy {
    requireAtLeastOne(jobFailuresMax, "job failures");
    requireAtLeastOne(childDeathsMax, "child deaths");
    requireAtLeastOne(interruptionsMax, "interruptions");
    requireAtLeastOne(messageFailuresMax, "message failures");
    requireAtLeastOne(sentBackMax, "sent back");
    requireAtLeastOne(lifetimeEpochs, "lifetime");
    requireAtLeastOne(recheckEpochs, "recheck");
    if (retryDelayMin.isNegative() || retryDelayMax.compareTo(retryDelayMin) < 0) {
      throw new IllegalArgumentException(
          "retry delay: expected 0 <= min <= max, got " + retryDelayMin + " and " + retryDelayMax);
    }
  }

  private static void requireAtLeastOne(long value, String name) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1, got " + value);
    }
  }

  /** The wait after {@code failures} tries that failed, 1 or more. */
  public Duration retryDelay(int failures) {
    Duration delay = retryDelayMin;
    for (int i = 1; i < failures && delay.compareTo(retryDelayMax) < 0; i++) {
      delay = delay.multipliedBy(2);
    }
    return delay.compareTo(retryDelayMax) < 0 ? delay : retryDelayMax;
  }
}
