package io.granary.protocol.deadline;

import io.granary.protocol.Epoch;

/**
 * One occurrence of a deadline.
 *
 * @param periodStart names the proving period it belongs to
 * @param faultCutoff first epoch faults and recoveries can no longer be declared for it
 * @param challenge the epoch whose beacon gives the challenge
 * @param open first epoch a proof is accepted
 * @param close first epoch a proof is no longer accepted
 */
public record ProvingWindow(
    long index, Epoch periodStart, Epoch faultCutoff, Epoch challenge, Epoch open, Epoch close) {}
