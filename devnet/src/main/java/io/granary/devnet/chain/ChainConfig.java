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
 * @param baseFee attoFIL per gas unit, the same for ever
 * @param verifyAllPosts see {@link io.granary.devnet.actor.Environment}
 * @param verifierTimeout how long one proof may take to verify
 */
public record ChainConfig(
    ChainPolicy policy,
    Path logFile,
    char networkPrefix,
    TokenAmount baseFee,
    boolean verifyAllPosts,
    Duration verifierTimeout) {}
