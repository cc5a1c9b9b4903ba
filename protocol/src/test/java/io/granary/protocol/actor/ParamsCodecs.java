package io.granary.protocol.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.Map;
import java.util.function.Function;

/** The reader of each method's parameters, by actor and method as the vector file names them. */
public final class ParamsCodecs {
  static final Map<String, Function<Bytes, CborEncodable>> BY_METHOD =
      Map.ofEntries(
          Map.entry("miner.PreCommitSectorBatch2", PreCommitSectorBatchParams::fromCbor),
          Map.entry("miner.ProveCommitSectors3", ProveCommitSectors3Params::fromCbor),
          Map.entry("miner.ProveCommitSectorsNI", ProveCommitSectorsNiParams::fromCbor),
          Map.entry("miner.ProveReplicaUpdates3", ProveReplicaUpdates3Params::fromCbor),
          Map.entry("miner.SubmitWindowedPoSt", SubmitWindowedPoStParams::fromCbor),
          Map.entry("miner.DeclareFaults", DeclareFaultsParams::fromCbor),
          Map.entry("miner.DeclareFaultsRecovered", DeclareFaultsRecoveredParams::fromCbor),
          Map.entry("miner.TerminateSectors", TerminateSectorsParams::fromCbor),
          Map.entry("miner.CompactPartitions", CompactPartitionsParams::fromCbor),
          Map.entry("miner.CompactSectorNumbers", CompactSectorNumbersParams::fromCbor),
          Map.entry("miner.ExtendSectorExpiration2", ExtendSectorExpiration2Params::fromCbor),
          Map.entry("miner.DisputeWindowedPoSt", DisputeWindowedPoStParams::fromCbor),
          Map.entry("miner.ChangeWorkerAddress", ChangeWorkerAddressParams::fromCbor),
          Map.entry("miner.ChangeOwnerAddress", ParamsCodecs::bareAddress),
          Map.entry("miner.ChangePeerID", ChangePeerIdParams::fromCbor),
          Map.entry("miner.ChangeMultiaddrs", ChangeMultiaddrsParams::fromCbor),
          Map.entry("miner.WithdrawBalance", WithdrawBalanceParams::fromCbor),
          Map.entry("miner.ChangeBeneficiary", ChangeBeneficiaryParams::fromCbor),
          Map.entry(
              "miner.SectorContentChanged (to notified actor)",
              SectorContentChangedParams::fromCbor),
          Map.entry("power.CreateMiner", CreateMinerParams::fromCbor),
          Map.entry("market.AddBalance", ParamsCodecs::bareAddress),
          Map.entry("market.WithdrawBalance", WithdrawMarketBalanceParams::fromCbor),
          Map.entry("market.(DealProposal alone)", DealProposal::fromCbor),
          Map.entry("market.PublishStorageDeals", PublishStorageDealsParams::fromCbor),
          Map.entry("market.SettleDealPayments", ParamsCodecs::bareBitField),
          Map.entry("verifreg.RemoveExpiredAllocations", RemoveExpiredAllocationsParams::fromCbor),
          Map.entry("verifreg.ClaimAllocations", ClaimAllocationsParams::fromCbor),
          Map.entry("verifreg.GetClaims", GetClaimsParams::fromCbor),
          Map.entry("verifreg.ExtendClaimTerms", ExtendClaimTermsParams::fromCbor),
          Map.entry("verifreg.RemoveExpiredClaims", RemoveExpiredClaimsParams::fromCbor));

  static final Map<Long, String> MINER_METHODS =
      Map.ofEntries(
          Map.entry(MinerMethod.PRE_COMMIT_SECTOR_BATCH_2, "miner.PreCommitSectorBatch2"),
          Map.entry(MinerMethod.PROVE_COMMIT_SECTORS_3, "miner.ProveCommitSectors3"),
          Map.entry(MinerMethod.PROVE_COMMIT_SECTORS_NI, "miner.ProveCommitSectorsNI"),
          Map.entry(MinerMethod.PROVE_REPLICA_UPDATES_3, "miner.ProveReplicaUpdates3"),
          Map.entry(MinerMethod.SUBMIT_WINDOWED_POST, "miner.SubmitWindowedPoSt"),
          Map.entry(MinerMethod.DECLARE_FAULTS, "miner.DeclareFaults"),
          Map.entry(MinerMethod.DECLARE_FAULTS_RECOVERED, "miner.DeclareFaultsRecovered"),
          Map.entry(MinerMethod.TERMINATE_SECTORS, "miner.TerminateSectors"),
          Map.entry(MinerMethod.COMPACT_PARTITIONS, "miner.CompactPartitions"),
          Map.entry(MinerMethod.COMPACT_SECTOR_NUMBERS, "miner.CompactSectorNumbers"),
          Map.entry(MinerMethod.EXTEND_SECTOR_EXPIRATION_2, "miner.ExtendSectorExpiration2"),
          Map.entry(MinerMethod.DISPUTE_WINDOWED_POST, "miner.DisputeWindowedPoSt"),
          Map.entry(MinerMethod.CHANGE_WORKER_ADDRESS, "miner.ChangeWorkerAddress"),
          Map.entry(MinerMethod.CHANGE_OWNER_ADDRESS, "miner.ChangeOwnerAddress"),
          Map.entry(MinerMethod.CHANGE_PEER_ID, "miner.ChangePeerID"),
          Map.entry(MinerMethod.CHANGE_MULTIADDRS, "miner.ChangeMultiaddrs"),
          Map.entry(MinerMethod.WITHDRAW_BALANCE, "miner.WithdrawBalance"),
          Map.entry(MinerMethod.CHANGE_BENEFICIARY, "miner.ChangeBeneficiary"),
          Map.entry(
              MinerMethod.SECTOR_CONTENT_CHANGED,
              "miner.SectorContentChanged (to notified actor)"));

  private ParamsCodecs() {}

  /** The reader of {@code method}, which must be one of the above. */
  public static Function<Bytes, CborEncodable> reader(String method) {
    Function<Bytes, CborEncodable> reader = BY_METHOD.get(method);
    if (reader == null) {
      throw new AssertionError("no reader for " + method);
    }
    return reader;
  }

  private static CborEncodable bareAddress(Bytes cbor) {
    return new BareAddress(BareValue.readAddress(cbor));
  }

  private static CborEncodable bareBitField(Bytes cbor) {
    BitField numbers = BareValue.readBitField(cbor);
    assertThat(BareValue.ofBitField(numbers)).isEqualTo(cbor);
    return writer -> writer.bitField(numbers);
  }

  private record BareAddress(Address address) implements CborEncodable {
    @Override
    public void writeTo(CborWriter writer) {
      writer.address(address);
    }
  }

  /** A bare amount, as WithdrawBalance returns it. */
  static CborEncodable bareAmount(Bytes cbor) {
    Bytes again = BareValue.ofAmount(BareValue.readAmount(cbor));
    return writer ->
        writer.bytes(CborReader.decode(again, "amount", r -> r.bytes("", Integer.MAX_VALUE)));
  }
}
