package io.granary.devnet.chain;

import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.piece.Commitment;
import java.util.List;

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
 */
public record GenesisSpec(
    String networkName,
    long timestamp,
    String seed,
    List<Account> accounts,
    Address producer,
    TokenAmount producerBalance,
    SectorSize sectorSize,
    List<PreSealed> sectors) {
  /** An account with its balance. */
  public record Account(Address address, TokenAmount balance) {}

  /** A sector with real commitments and no proof of sealing. */
  public record PreSealed(
      SectorNumber number, RegisteredSealProof sealProof, Commitment commR, Commitment commD) {}

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
