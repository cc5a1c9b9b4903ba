package io.granary.devnet.actor;

import io.granary.devnet.policy.ChainPolicy;

/**
 * What messages of one epoch can see besides the state.
 *
 * @param verifyAllPosts whether every window PoSt is verified when it arrives; otherwise those
 *     without recoveries are accepted unseen and open to dispute, as on mainnet
 */
public record Environment(
    ChainPolicy policy,
    long epoch,
    ChainRandomness randomness,
    ProofJudge proofs,
    boolean verifyAllPosts) {}
