package io.granary.devnet.chain;

import io.granary.devnet.policy.ChainPolicy;
import io.granary.protocol.TokenAmount;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a chain is run.
 *
 * @param logFile where blocks are kept
 * @param networkPrefix 't' or 'f', for addresses in texts
 * @param baseFee attoFIL per gas unit of genesis, and of every block where it does not move
 * @param movingBaseFee whether the base fee follows the gas of each tipset, as mainnet's does
 * @param production who makes blocks
 * @param blockRewards whether blocks earn their miners something
 * @param verifyAllPosts see {@link io.granary.devnet.actor.Environment}
 * @param verifierTimeout how long one proof may take to verify
 */
public record ChainConfig(
    ChainPolicy policy,
    Path logFile,
    char networkPrefix,
    TokenAmount baseFee,
    boolean movingBaseFee,
    BlockProduction production,
    boolean blockRewards,
    boolean verifyAllPosts,
    Duration verifierTimeout) {}
