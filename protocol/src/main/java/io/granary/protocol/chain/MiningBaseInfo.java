package io.granary.protocol.chain;

import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.address.Address;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.piece.Commitment;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * What a miner needs to take part in one epoch's election on top of one tipset (chain.md 6.1,
 * MinerGetBaseInfo).
 *
 * @param minerPower the miner's quality-adjusted power in the lookback state
 * @param networkPower the network's, the same way
 * @param sectors what the winning PoSt must prove, chosen by the node: exactly these
 * @param workerKey the BLS key that signs election, ticket and block
 * @param previousBeaconEntry the last entry below the new block
 * @param beaconEntries the entries the new block must carry, oldest first; empty when none is new
 * @param eligible whether a block of this miner would be accepted now
 */
public record MiningBaseInfo(
    BigInteger minerPower,
    BigInteger networkPower,
    List<WinningSector> sectors,
    Address workerKey,
    SectorSize sectorSize,
    BeaconEntry previousBeaconEntry,
    List<BeaconEntry> beaconEntries,
    boolean eligible) {
  public MiningBaseInfo {
    sectors = List.copyOf(sectors);
    beaconEntries = List.copyOf(beaconEntries);
  }

  /**
   * A sector to prove.
   *
   * @param sectorKey the CommR it had before a replica update; empty when it had none
   * @param sealed the CommR its files have now
   */
  public record WinningSector(
      RegisteredSealProof sealProof,
      SectorNumber number,
      Optional<Commitment> sectorKey,
      Commitment sealed) {
    public ReplicaRef replica() {
      return new ReplicaRef(number, sealProof, sealed);
    }
  }

  /** The entry that ticket, election and winning PoSt of the new block are drawn from. */
  public BeaconEntry drawingEntry() {
    return beaconEntries.isEmpty()
        ? previousBeaconEntry
        : beaconEntries.get(beaconEntries.size() - 1);
  }
}
