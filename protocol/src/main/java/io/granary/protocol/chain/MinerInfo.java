package io.granary.protocol.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.SectorSize;
import io.granary.protocol.address.Address;
import java.util.List;
import java.util.Optional;

/**
 * Who may act for a miner, and the sizes it is bound to (StateMinerInfo).
 *
 * @param newWorker the worker that takes over at {@code workerChangeEpoch}
 * @param workerChangeEpoch {@link Epoch#UNSET} while no change waits
 * @param multiaddrs in their binary form
 * @param consensusFaultElapsed the last epoch the miner may not win a block after a consensus
 *     fault, {@link Epoch#UNSET} without one
 */
public record MinerInfo(
    Address owner,
    Address worker,
    Optional<Address> newWorker,
    List<Address> controlAddresses,
    Epoch workerChangeEpoch,
    Optional<String> peerId,
    List<Bytes> multiaddrs,
    RegisteredPoStProof windowPoStProof,
    SectorSize sectorSize,
    long windowPoStPartitionSectors,
    Epoch consensusFaultElapsed,
    Optional<Address> pendingOwner,
    Address beneficiary,
    BeneficiaryTerm beneficiaryTerm,
    Optional<PendingBeneficiaryChange> pendingBeneficiary) {
  public MinerInfo {
    controlAddresses = List.copyOf(controlAddresses);
    multiaddrs = List.copyOf(multiaddrs);
  }

  /** A miner with nothing pending, its owner being the beneficiary. */
  public static MinerInfo of(
      Address owner, Address worker, List<Address> controlAddresses, SectorSize sectorSize) {
    return new MinerInfo(
        owner,
        worker,
        Optional.empty(),
        controlAddresses,
        Epoch.UNSET,
        Optional.empty(),
        List.of(),
        sectorSize.windowPoStV1_1(),
        sectorSize,
        sectorSize.windowPoStPartitionSectors(),
        Epoch.UNSET,
        Optional.empty(),
        owner,
        BeneficiaryTerm.NONE,
        Optional.empty());
  }
}
