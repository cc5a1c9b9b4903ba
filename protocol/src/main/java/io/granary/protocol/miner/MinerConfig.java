package io.granary.protocol.miner;

import io.granary.protocol.ActorId;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.SectorSize;
import io.granary.protocol.address.Address;
import io.granary.protocol.deadline.ProvingGrid;
import io.granary.protocol.sender.MessagePurpose;

/**
 * What a miner is bound to on chain, read there and kept.
 *
 * @param owner an f0 address
 * @param worker an f0 address
 * @param workerKey the key address of the worker: it signs and pays where nothing else was decided
 * @param grid when its deadlines open
 * @param senders from which addresses messages go, by purpose
 */
public record MinerConfig(
    ActorId miner,
    Address owner,
    Address worker,
    Address workerKey,
    SectorSize sectorSize,
    RegisteredPoStProof windowPoStProof,
    ProvingGrid grid,
    SenderAddresses senders) {

  /** A miner whose worker sends everything. */
  public MinerConfig(
      ActorId miner,
      Address owner,
      Address worker,
      Address workerKey,
      SectorSize sectorSize,
      RegisteredPoStProof windowPoStProof,
      ProvingGrid grid) {
    this(miner, owner, worker, workerKey, sectorSize, windowPoStProof, grid, SenderAddresses.NONE);
  }

  /** The key address that a message of {@code purpose} goes from now. */
  public Address senderFor(MessagePurpose purpose) {
    return senders.first(purpose).orElse(workerKey);
  }

  /** The same miner with other addresses. */
  public MinerConfig withSenders(SenderAddresses others) {
    return new MinerConfig(
        miner, owner, worker, workerKey, sectorSize, windowPoStProof, grid, others);
  }
}
