package io.granary.protocol.chain;

import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The constants a node tells of its network.
 *
 * @param blockDelaySeconds seconds of an epoch
 * @param consensusMinerMinPower bytes of raw power needed to win blocks
 * @param preCommitChallengeDelay epochs from precommit to seed
 * @param forkUpgrades heights of network upgrades, and one duration, by the node's own names in its
 *     order
 * @param eip155ChainId the chain id of Ethereum-style transactions
 * @param genesisTimestamp Unix seconds
 */
public record NetworkParams(
    String networkName,
    long blockDelaySeconds,
    BigInteger consensusMinerMinPower,
    long preCommitChallengeDelay,
    Map<String, Long> forkUpgrades,
    long eip155ChainId,
    long genesisTimestamp) {
  public NetworkParams {
    forkUpgrades = Collections.unmodifiableMap(new LinkedHashMap<>(forkUpgrades));
  }
}
