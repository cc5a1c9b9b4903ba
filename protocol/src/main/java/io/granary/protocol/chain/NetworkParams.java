package io.granary.protocol.chain;

import java.math.BigInteger;

/**
 * The constants a node tells of its network.
 *
 * @param blockDelaySeconds seconds of an epoch
 * @param consensusMinerMinPower bytes of raw power needed to win blocks
 * @param preCommitChallengeDelay epochs from precommit to seed
 * @param genesisTimestamp Unix seconds
 */
public record NetworkParams(
    String networkName,
    long blockDelaySeconds,
    BigInteger consensusMinerMinPower,
    long preCommitChallengeDelay,
    long genesisTimestamp) {}
