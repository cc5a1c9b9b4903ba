package io.granary.devnet.chain;

import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.piece.Commitment;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a chain begins with.
 *
 * @param networkName as StateNetworkName answers
 * @param timestamp Unix seconds of epoch 0
 * @param seed makes beacon and genesis keys; equal seeds give equal ones
 * @param accounts accounts with money
 * @param producer the key that makes the blocks: owner and worker of the genesis miner
 * @param producerBalance what the genesis miner has besides its pledge
 * @param sectorSize the genesis miner's
 * @param sectors its sectors, sealed beforehand; they count as committed and proven
 * @param trusted sectors it has besides, believed without proofs
 */
public record GenesisSpec(
    String networkName,
    long timestamp,
    String seed,
    List<Account> accounts,
    Address producer,
    TokenAmount producerBalance,
    SectorSize sectorSize,
    List<PreSealed> sectors,
    Trusted trusted) {
  /** An account with its balance. */
  public record Account(Address address, TokenAmount balance) {}

  /**
   * A sector with real commitments and no proof of sealing.
   *
   * @param deadline where it sits; empty leaves that to the chain's rule of assignment
   */
  public record PreSealed(
      SectorNumber number,
      RegisteredSealProof sealProof,
      Commitment commR,
      Commitment commD,
      OptionalInt deadline) {
    /** A sector that the chain assigns. */
    public PreSealed(
        SectorNumber number, RegisteredSealProof sealProof, Commitment commR, Commitment commD) {
      this(number, sealProof, commR, commD, OptionalInt.empty());
    }
  }

  /**
   * Sectors for load, spread over all deadlines; their numbers follow those of {@link PreSealed}.
   *
   * @param count how many, 0 for none
   * @param perPartition how many a partition holds; 0 for what the sector size says
   */
  public record Trusted(long count, int perPartition) {
    public static final Trusted NONE = new Trusted(0, 0);

    public Trusted {
      if (count < 0 || perPartition < 0) {
        throw new IllegalArgumentException("genesis: trusted sectors must not be negative");
      }
    }
  }

  public GenesisSpec {
    accounts = List.copyOf(accounts);
    sectors = List.copyOf(sectors);
    if (accounts.stream().noneMatch(account -> account.address().equals(producer))) {
      throw new IllegalArgumentException("genesis: the producer must be one of the accounts");
    }
    for (PreSealed sector : sectors) {
      if (sector.sealProof().sectorSize() != sectorSize) {
        throw new IllegalArgumentException(
            "genesis: sector "
                + sector.number()
                + " has seal proof "
                + sector.sealProof().number()
                + ", which is not of "
                + sectorSize);
      }
    }
  }
}
