package io.granary.sharding.deal;

import java.time.Duration;

/**
 * How a deal goes about its work.
 *
 * @param retryDelayMin wait after the first break of a transfer; half as long again after each
 *     further one without a byte in between
 * @param retryDelayMax the longest such wait
 * @param finalityEpochs after so many an activation is final, and the staged file may go
 * @param unknownKept how long an id that never became a deal is told of heads
 * @param damagedMax how often in a row its data is brought again because a sector found it damaged
 * @param refusedRetriesMax how often a deal is offered to the publisher again after it was refused
 */
public record DealWorkSettings(
    Duration retryDelayMin,
    Duration retryDelayMax,
    long finalityEpochs,
    Duration unknownKept,
    int damagedMax,
    int refusedRetriesMax) {
  public DealWorkSettings {
    if (retryDelayMin.toMillis() < 1) {
      throw new IllegalArgumentException(
          "granary.deals.transfer.retry-delay-min: at least 1ms, not " + retryDelayMin);
    }
    if (retryDelayMax.compareTo(retryDelayMin) < 0) {
      throw new IllegalArgumentException(
          "granary.deals.transfer.retry-delay-max: not below retry-delay-min, is " + retryDelayMax);
    }
    if (finalityEpochs < 1) {
      throw new IllegalArgumentException(
          "granary.deals.finality-epochs: at least 1, not " + finalityEpochs);
    }
    if (damagedMax < 0) {
      throw new IllegalArgumentException(
          "granary.deals.damaged-max: not negative, is " + damagedMax);
    }
    if (refusedRetriesMax < 0) {
      throw new IllegalArgumentException(
          "granary.deals.refused-retries-max: not negative, is " + refusedRetriesMax);
    }
    if (unknownKept.isNegative() || unknownKept.isZero()) {
      throw new IllegalArgumentException(
          "granary.deals.unknown-kept: above zero, not " + unknownKept);
    }
  }

  /** The wait after {@code failures} breaks in a row, the last included. */
  Duration retryDelay(int failures) {
    double millis = retryDelayMin.toMillis() * Math.pow(1.5, Math.max(0, failures - 1));
    return millis >= retryDelayMax.toMillis() ? retryDelayMax : Duration.ofMillis((long) millis);
  }
}
