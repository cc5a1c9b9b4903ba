package io.granary.protocol.chain;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.cid.Cid;

/**
 * An allocation that a sector claimed (StateGetClaim), under the allocation's id. It outlives its
 * sector, until it is removed after its longest term (builtin-actors verifreg/src/lib.rs).
 *
 * @param termMin epochs from {@code termStart} that the data is to be kept, at least
 * @param termMax epochs from {@code termStart} after which it can be removed
 * @param termStart when it was claimed
 */
public record VerifiedClaim(
    ActorId provider,
    ActorId client,
    Cid data,
    long paddedBytes,
    long termMin,
    long termMax,
    Epoch termStart,
    SectorNumber sector) {}
