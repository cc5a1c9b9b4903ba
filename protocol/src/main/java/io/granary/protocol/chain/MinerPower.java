package io.granary.protocol.chain;

import java.math.BigInteger;

/** Raw and quality-adjusted power in bytes, the miner's and the network's. */
public record MinerPower(
    BigInteger minerRaw,
    BigInteger minerQualityAdjusted,
    BigInteger totalRaw,
    BigInteger totalQualityAdjusted,
    boolean hasMinPower) {}
