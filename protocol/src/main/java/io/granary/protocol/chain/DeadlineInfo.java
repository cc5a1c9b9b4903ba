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
    long faultDeclarationCutoff) {}
