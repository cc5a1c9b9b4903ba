package io.granary.protocol.chain;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.cid.Cid;

/**
 * DataCap that a client allocated to a piece and a provider (StateGetAllocation). A sector claims
 * it when it lives, from then on, no shorter than the least and no longer than the longest term
 * (builtin-actors verifreg/src/lib.rs).
 *
 * @param termMin in epochs
 * @param termMax in epochs
 * @param expiration the last epoch it can be claimed
 */
public record VerifiedAllocation(
    ActorId client,
    ActorId provider,
    Cid data,
    long paddedBytes,
    long termMin,
    long termMax,
    Epoch expiration) {}
