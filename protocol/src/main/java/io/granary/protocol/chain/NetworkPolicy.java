package io.granary.protocol.chain;

import io.granary.protocol.Epoch;

/**
 * The constants of a network that a sealing sector has to obey. All are epochs (chain.md 4.3, 4.5,
 * 7; builtin-actors runtime/src/runtime/policy.rs, lotus build/buildconstants).
 *
 * @param sealRandomnessLookback how far before the head a ticket is drawn
 * @param preCommitChallengeDelay from the precommit's inclusion to its seed epoch
 * @param maxProveCommitDuration from the precommit's inclusion to the last epoch its commit may be
 *     included
 * @param maxPreCommitRandomnessLookback how old a ticket may be when its precommit is included
 * @param minSectorLifetime from activation to expiration at least
 * @param maxSectorExpirationExtension from now to a new expiration at most
 * @param chainFinality after this many epochs a tipset is not reverted any more
 * @param messageConfidence how deep a message lies before it counts as landed
 * @param seedConfidence how far the head is past the seed epoch before the seed is used
 */
public record NetworkPolicy(
    long sealRandomnessLookback,
    long preCommitChallengeDelay,
    long maxProveCommitDuration,
    long maxPreCommitRandomnessLookback,
    long minSectorLifetime,
    long maxSectorExpirationExtension,
    long chainFinality,
    long messageConfidence,
    long seedConfidence) {
  /** The main network, and the calibration network, which has the same constants. */
  public static final NetworkPolicy MAINNET =
      new NetworkPolicy(900, 150, 86_550, 3_780, 518_400, 3_680_640, 900, 5, 6);

  /** The local network of a lotus 2k build. */
  public static final NetworkPolicy LOTUS_2K = MAINNET.withPreCommitChallengeDelay(10);

  public NetworkPolicy {
    requireAtLeast(0, sealRandomnessLookback, "seal randomness lookback");
    requireAtLeast(1, preCommitChallengeDelay, "precommit challenge delay");
    requireAtLeast(preCommitChallengeDelay + 1, maxProveCommitDuration, "max prove commit");
    requireAtLeast(
        sealRandomnessLookback + 1, maxPreCommitRandomnessLookback, "max precommit randomness");
    requireAtLeast(1, minSectorLifetime, "min sector lifetime");
    requireAtLeast(
        maxProveCommitDuration + minSectorLifetime + maxPreCommitRandomnessLookback,
        maxSectorExpirationExtension,
        "max sector expiration extension");
    requireAtLeast(0, chainFinality, "chain finality");
    requireAtLeast(0, messageConfidence, "message confidence");
    requireAtLeast(0, seedConfidence, "seed confidence");
  }

  private static void requireAtLeast(long least, long value, String name) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + ": expected at least " + least + " epochs, got " + value);
    }
  }

  /**
   * This policy with the delay a node tells of its network. The limit for the commit follows: it is
   * 30 days and the delay.
   */
  public NetworkPolicy withPreCommitChallengeDelay(long delay) {
    return new NetworkPolicy(
        sealRandomnessLookback,
        delay,
        maxProveCommitDuration - preCommitChallengeDelay + delay,
        maxPreCommitRandomnessLookback,
        minSectorLifetime,
        maxSectorExpirationExtension,
        chainFinality,
        messageConfidence,
        seedConfidence);
  }

  /** This policy with other depths of confidence: low ones for a chain that does not fork. */
  public NetworkPolicy withConfidence(long newMessageConfidence, long newSeedConfidence) {
    return new NetworkPolicy(
        sealRandomnessLookback,
        preCommitChallengeDelay,
        maxProveCommitDuration,
        maxPreCommitRandomnessLookback,
        minSectorLifetime,
        maxSectorExpirationExtension,
        chainFinality,
        newMessageConfidence,
        newSeedConfidence);
  }

  /** The ticket epoch for work that starts at {@code head}; negative on a young chain. */
  public Epoch ticketEpoch(Epoch head) {
    return head.minus(sealRandomnessLookback);
  }

  /** The last epoch at which a precommit with a ticket of {@code ticketEpoch} may be included. */
  public Epoch lastPreCommitEpoch(Epoch ticketEpoch) {
    return ticketEpoch.plus(maxPreCommitRandomnessLookback);
  }

  /** The epoch whose beacon gives the seed of a precommit included at {@code preCommitEpoch}. */
  public Epoch seedEpoch(Epoch preCommitEpoch) {
    return preCommitEpoch.plus(preCommitChallengeDelay);
  }

  /** The last epoch at which the commit of that precommit may be included. */
  public Epoch lastCommitEpoch(Epoch preCommitEpoch) {
    return preCommitEpoch.plus(maxProveCommitDuration);
  }

  /**
   * The expiration for a precommit sent at {@code head}: {@code lifetime} epochs on, moved into
   * what the actor accepts. The lower bound leaves room for the precommit to be included as late as
   * its ticket allows, since the actor counts from inclusion and assumes the latest activation.
   */
  public Epoch expirationFor(Epoch head, long lifetime) {
    long least = maxPreCommitRandomnessLookback + maxProveCommitDuration + minSectorLifetime;
    return head.plus(Math.min(Math.max(lifetime, least), maxSectorExpirationExtension));
  }
}
