package io.granary.devnet.policy;

import io.granary.protocol.SectorSize;
import java.math.BigInteger;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The constants of a chain. Lengths are epochs; mainnet's values stand in builtin-actors
 * runtime/src/runtime/policy.rs and lotus build/buildconstants.
 *
 * @param blockDelaySeconds seconds between the time stamps of neighbouring epochs
 * @param deadlines deadlines of a proving period, at least 3 so that one is always mutable
 * @param challengeWindow epochs a deadline is open; the proving period is deadlines × this
 * @param challengeLookback from a deadline's challenge to its opening
 * @param faultDeclarationCutoff from the last epoch of declarations to the opening
 * @param preCommitChallengeDelay from the precommit to the seal challenge's epoch
 * @param maxProveCommitDuration a prove-commit is late this and the challenge delay after precommit
 * @param expiredPreCommitCleanUpDelay from being late to losing the deposit
 * @param maxPreCommitRandomnessLookback how old a ticket may be
 * @param minSectorLifetime the least life after activation
 * @param maxSectorExpiration how far ahead an expiration may lie
 * @param maxSectorLifetime from activation to the last possible expiration
 * @param faultMaxAge after which a faulty sector is terminated
 * @param disputeWindow after a deadline's close
 * @param chainFinality epochs after which a tipset is final
 * @param consensusLookback how far before an epoch the state lies that decides who may win it
 * @param workerChangeDelay until a new worker key takes over
 * @param vestingDuration over which a creation deposit is released
 * @param consensusMinerMinPower raw bytes needed to win blocks
 * @param sectorSizes the sizes new miners may have
 */
public record ChainPolicy(
    long blockDelaySeconds,
    int deadlines,
    long challengeWindow,
    long challengeLookback,
    long faultDeclarationCutoff,
    long preCommitChallengeDelay,
    long maxProveCommitDuration,
    long expiredPreCommitCleanUpDelay,
    long maxPreCommitRandomnessLookback,
    long minSectorLifetime,
    long maxSectorExpiration,
    long maxSectorLifetime,
    long faultMaxAge,
    long disputeWindow,
    long chainFinality,
    long consensusLookback,
    long workerChangeDelay,
    long vestingDuration,
    BigInteger consensusMinerMinPower,
    Set<SectorSize> sectorSizes) {
  /** The most partitions of one SubmitWindowedPoSt (builtin-actors, posted_partitions_max). */
  public static final int POSTED_PARTITIONS_MAX = 3;

  /** The most partitions of one declaration (builtin-actors, addressed_partitions_max). */
  public static final int ADDRESSED_PARTITIONS_MAX = 3000;

  /** The most sectors of one declaration (builtin-actors, addressed_sectors_max). */
  public static final int ADDRESSED_SECTORS_MAX = 25000;

  public ChainPolicy {
    require(!sectorSizes.isEmpty(), "sector-sizes is empty");
    sectorSizes = Collections.unmodifiableSet(EnumSet.copyOf(sectorSizes));
    require(blockDelaySeconds >= 1, "block-delay-seconds must be at least 1");
    require(deadlines >= 3, "deadlines must be at least 3");
    require(challengeWindow >= 4, "challenge-window must be at least 4");
    require(challengeLookback >= 1, "challenge-lookback must be at least 1");
    require(
        faultDeclarationCutoff > challengeLookback,
        "fault-declaration-cutoff must be above challenge-lookback");
    require(preCommitChallengeDelay >= 1, "pre-commit-challenge-delay must be at least 1");
    require(maxProveCommitDuration >= 1, "max-prove-commit-duration must be at least 1");
    require(expiredPreCommitCleanUpDelay >= 0, "expired-pre-commit-clean-up-delay is negative");
    require(
        maxPreCommitRandomnessLookback >= 1,
        "max-pre-commit-randomness-lookback must be at least 1");
    require(minSectorLifetime >= 0, "min-sector-lifetime is negative");
    require(maxSectorExpiration > minSectorLifetime, "max-sector-expiration is too short");
    require(maxSectorLifetime >= minSectorLifetime, "max-sector-lifetime is too short");
    require(faultMaxAge >= 1, "fault-max-age must be at least 1");
    require(disputeWindow >= 1, "dispute-window must be at least 1");
    require(chainFinality >= 1, "chain-finality must be at least 1");
    require(consensusLookback >= 1, "consensus-lookback must be at least 1");
    require(workerChangeDelay >= 0, "worker-change-delay is negative");
    require(vestingDuration >= 1, "vesting-duration must be at least 1");
  }

  /** Epochs of a proving period. */
  public long provingPeriod() {
    return deadlines * challengeWindow;
  }

  /** How long after its precommit a sector's prove-commit is accepted at most. */
  public long proveCommitLimit() {
    return maxProveCommitDuration + preCommitChallengeDelay;
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException("chain constants: " + problem);
    }
  }
}
