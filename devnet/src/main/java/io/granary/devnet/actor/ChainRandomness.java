package io.granary.devnet.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.chain.RandomnessTag;

/**
 * Randomness as one tipset's messages see it (chain.md 4.2). Both draws fail with {@link
 * FutureEpochException} for an epoch above the tipset below.
 */
public interface ChainRandomness {
  /** 32 bytes drawn from the ticket chain. */
  Bytes fromTickets(RandomnessTag tag, long epoch, Bytes entropy);

  /** 32 bytes drawn from the beacon. */
  Bytes fromBeacon(RandomnessTag tag, long epoch, Bytes entropy);

  /** The epoch asked for has not come yet. */
  final class FutureEpochException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What the node says then. */
    public static final String TEXT = "cannot draw randomness from the future";

    public FutureEpochException() {
      super(TEXT);
    }
  }
}
