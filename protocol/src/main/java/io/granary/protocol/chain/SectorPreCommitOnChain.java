package io.granary.protocol.chain;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;

/** A precommit as it stands on chain, with its deposit and inclusion epoch. */
public record SectorPreCommitOnChain(
    SectorPreCommitInfo info, TokenAmount deposit, Epoch preCommitEpoch) {}
