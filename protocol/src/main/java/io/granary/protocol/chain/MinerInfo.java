package io.granary.protocol.chain;

import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.SectorSize;
import io.granary.protocol.address.Address;
import java.util.List;
import java.util.Optional;

/** Who may act for a miner, and the sizes it is bound to (StateMinerInfo). */
public record MinerInfo(
    Address owner,
    Address worker,
    Optional<Address> newWorker,
    List<Address> controlAddresses,
    Optional<String> peerId,
    RegisteredPoStProof windowPoStProof,
    SectorSize sectorSize,
    long windowPoStPartitionSectors) {
  public MinerInfo {
    controlAddresses = List.copyOf(controlAddresses);
  }
}
