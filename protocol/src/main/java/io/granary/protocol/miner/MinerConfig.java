package io.granary.protocol.miner;

import io.granary.protocol.ActorId;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.SectorSize;
import io.granary.protocol.address.Address;
import io.granary.protocol.deadline.ProvingGrid;

/**
 * What a miner is bound to on chain, read there and kept.
 *
 * @param owner an f0 address
 * @param worker an f0 address
 * @param workerKey the key address of the worker: it signs and pays, and names the sender
 * @param grid when its deadlines open
 */
public record MinerConfig(
    ActorId miner,
    Address owner,
    Address worker,
    Address workerKey,
    SectorSize sectorSize,
    RegisteredPoStProof windowPoStProof,
    ProvingGrid grid) {}
