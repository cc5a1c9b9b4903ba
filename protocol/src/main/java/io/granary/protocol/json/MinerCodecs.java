package io.granary.protocol.json;

import static io.granary.protocol.json.JsonScalars.AMOUNT;
import static io.granary.protocol.json.JsonScalars.BIT_FIELD;
import static io.granary.protocol.json.JsonScalars.BOOL;
import static io.granary.protocol.json.JsonScalars.BYTES;
import static io.granary.protocol.json.JsonScalars.COUNT;
import static io.granary.protocol.json.JsonScalars.DECIMAL;
import static io.granary.protocol.json.JsonScalars.EPOCH;
import static io.granary.protocol.json.JsonScalars.POST_PROOF;
import static io.granary.protocol.json.JsonScalars.SEALED_CID;
import static io.granary.protocol.json.JsonScalars.SEAL_PROOF;
import static io.granary.protocol.json.JsonScalars.SECTOR_NUMBER;
import static io.granary.protocol.json.JsonScalars.SECTOR_SIZE;
import static io.granary.protocol.json.JsonScalars.TEXT;
import static io.granary.protocol.json.JsonScalars.UNSEALED_CID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.granary.protocol.Epoch;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.BeneficiaryTerm;
import io.granary.protocol.chain.DeadlineInfo;
import io.granary.protocol.chain.DeadlineState;
import io.granary.protocol.chain.MinerInfo;
import io.granary.protocol.chain.MinerPower;
import io.granary.protocol.chain.Partition;
import io.granary.protocol.chain.PendingBeneficiaryChange;
import io.granary.protocol.chain.SectorCounts;
import io.granary.protocol.chain.SectorExpiration;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.SectorPreCommitInfo;
import io.granary.protocol.chain.SectorPreCommitOnChain;
import java.math.BigInteger;
import java.util.Optional;

/** Codecs of what the chain says of a miner, its deadlines, partitions and sectors. */
public final class MinerCodecs {
  private static final Epoch ZERO = new Epoch(0);

  public static final JsonCodec<DeadlineInfo> DEADLINE_INFO =
      JsonCodec.object(
          at ->
              new DeadlineInfo(
                  at.get("CurrentEpoch", EPOCH),
                  at.get("PeriodStart", EPOCH),
                  at.get("Index", COUNT),
                  at.get("Open", EPOCH),
                  at.get("Close", EPOCH),
                  at.get("Challenge", EPOCH),
                  at.get("FaultCutoff", EPOCH),
                  at.get("WPoStPeriodDeadlines", COUNT),
                  at.get("WPoStProvingPeriod", COUNT),
                  at.get("WPoStChallengeWindow", COUNT),
                  at.get("WPoStChallengeLookback", COUNT),
                  at.get("FaultDeclarationCutoff", COUNT)),
          (info, out) ->
              out.put("CurrentEpoch", EPOCH, info.currentEpoch())
                  .put("PeriodStart", EPOCH, info.periodStart())
                  .put("Index", COUNT, info.index())
                  .put("Open", EPOCH, info.open())
                  .put("Close", EPOCH, info.close())
                  .put("Challenge", EPOCH, info.challenge())
                  .put("FaultCutoff", EPOCH, info.faultCutoff())
                  .put("WPoStPeriodDeadlines", COUNT, info.deadlines())
                  .put("WPoStProvingPeriod", COUNT, info.provingPeriod())
                  .put("WPoStChallengeWindow", COUNT, info.challengeWindow())
                  .put("WPoStChallengeLookback", COUNT, info.challengeLookback())
                  .put("FaultDeclarationCutoff", COUNT, info.faultDeclarationCutoff()));

  public static final JsonCodec<DeadlineState> DEADLINE_STATE =
      JsonCodec.object(
          at ->
              new DeadlineState(
                  at.get("PostSubmissions", BIT_FIELD),
                  at.get("DisputableProofCount", COUNT),
                  at.get("DailyFee", AMOUNT)),
          (state, out) ->
              out.put("PostSubmissions", BIT_FIELD, state.postSubmissions())
                  .put("DisputableProofCount", COUNT, state.disputableProofCount())
                  .put("DailyFee", AMOUNT, state.dailyFee()));

  public static final JsonCodec<Partition> PARTITION =
      JsonCodec.object(
          at ->
              new Partition(
                  at.get("AllSectors", BIT_FIELD),
                  at.get("FaultySectors", BIT_FIELD),
                  at.get("RecoveringSectors", BIT_FIELD),
                  at.get("LiveSectors", BIT_FIELD),
                  at.get("ActiveSectors", BIT_FIELD)),
          (partition, out) ->
              out.put("AllSectors", BIT_FIELD, partition.allSectors())
                  .put("FaultySectors", BIT_FIELD, partition.faultySectors())
                  .put("RecoveringSectors", BIT_FIELD, partition.recoveringSectors())
                  .put("LiveSectors", BIT_FIELD, partition.liveSectors())
                  .put("ActiveSectors", BIT_FIELD, partition.activeSectors()));

  public static final JsonCodec<SectorOnChain> SECTOR =
      JsonCodec.object(MinerCodecs::readSector, MinerCodecs::writeSector);

  public static final JsonCodec<SectorPreCommitInfo> PRE_COMMIT_INFO =
      JsonCodec.object(
          at ->
              new SectorPreCommitInfo(
                  at.get("SealProof", SEAL_PROOF),
                  at.get("SectorNumber", SECTOR_NUMBER),
                  at.get("SealedCID", SEALED_CID),
                  at.get("SealRandEpoch", EPOCH),
                  at.get("DealIDs", COUNT.listOrNull()),
                  at.get("Expiration", EPOCH),
                  at.get("UnsealedCid", UNSEALED_CID.orNull())),
          (info, out) ->
              out.put("SealProof", SEAL_PROOF, info.sealProof())
                  .put("SectorNumber", SECTOR_NUMBER, info.sectorNumber())
                  .put("SealedCID", SEALED_CID, info.sealed())
                  .put("SealRandEpoch", EPOCH, info.sealRandEpoch())
                  .put("DealIDs", COUNT.listOrNull(), info.dealIds())
                  .put("Expiration", EPOCH, info.expiration())
                  .put("UnsealedCid", UNSEALED_CID.orNull(), info.unsealed()));

  public static final JsonCodec<SectorPreCommitOnChain> PRE_COMMIT =
      JsonCodec.object(
          at ->
              new SectorPreCommitOnChain(
                  at.get("Info", PRE_COMMIT_INFO),
                  at.get("PreCommitDeposit", AMOUNT),
                  at.get("PreCommitEpoch", EPOCH)),
          (preCommit, out) ->
              out.put("Info", PRE_COMMIT_INFO, preCommit.info())
                  .put("PreCommitDeposit", AMOUNT, preCommit.deposit())
                  .put("PreCommitEpoch", EPOCH, preCommit.preCommitEpoch()));

  public static final JsonCodec<SectorLocation> LOCATION =
      JsonCodec.object(
          at -> new SectorLocation(at.get("Deadline", COUNT), at.get("Partition", COUNT)),
          (location, out) ->
              out.put("Deadline", COUNT, location.deadline())
                  .put("Partition", COUNT, location.partition()));

  /** An epoch of 0 stands for "not so". */
  public static final JsonCodec<SectorExpiration> EXPIRATION =
      JsonCodec.object(
          at ->
              new SectorExpiration(
                  unlessZero(at.get("OnTime", EPOCH)), unlessZero(at.get("Early", EPOCH))),
          (expiration, out) ->
              out.put("OnTime", EPOCH, expiration.onTime().orElse(ZERO))
                  .put("Early", EPOCH, expiration.early().orElse(ZERO)));

  public static final JsonCodec<SectorCounts> COUNTS =
      JsonCodec.object(
          at ->
              new SectorCounts(
                  at.get("Live", COUNT), at.get("Active", COUNT), at.get("Faulty", COUNT)),
          (counts, out) ->
              out.put("Live", COUNT, counts.live())
                  .put("Active", COUNT, counts.active())
                  .put("Faulty", COUNT, counts.faulty()));

  public static final JsonCodec<MinerPower> POWER =
      JsonCodec.object(MinerCodecs::readPower, MinerCodecs::writePower);

  /** How Go writes an undefined address in a plain address member. */
  private static final String UNDEFINED_ADDRESS = "<empty>";

  private static final JsonCodec<BeneficiaryTerm> BENEFICIARY_TERM =
      JsonCodec.object(
          at ->
              new BeneficiaryTerm(
                  at.get("Quota", AMOUNT),
                  at.get("UsedQuota", AMOUNT),
                  at.get("Expiration", EPOCH)),
          (term, out) ->
              out.put("Quota", AMOUNT, term.quota())
                  .put("UsedQuota", AMOUNT, term.usedQuota())
                  .put("Expiration", EPOCH, term.expiration()));

  private final JsonCodec<MinerInfo> info;

  MinerCodecs(JsonCodec<Address> address) {
    JsonCodec<Optional<Address>> addressOrEmpty =
        JsonCodec.of(
            at ->
                UNDEFINED_ADDRESS.equals(at.text())
                    ? Optional.empty()
                    : Optional.of(address.read(at)),
            value -> value.map(address::write).orElse(TextNode.valueOf(UNDEFINED_ADDRESS)));
    JsonCodec<PendingBeneficiaryChange> pending =
        JsonCodec.object(
            at ->
                new PendingBeneficiaryChange(
                    at.get("NewBeneficiary", address),
                    at.get("NewQuota", AMOUNT),
                    at.get("NewExpiration", EPOCH),
                    at.get("ApprovedByBeneficiary", BOOL),
                    at.get("ApprovedByNominee", BOOL)),
            (change, out) ->
                out.put("NewBeneficiary", address, change.newBeneficiary())
                    .put("NewQuota", AMOUNT, change.newQuota())
                    .put("NewExpiration", EPOCH, change.newExpiration())
                    .put("ApprovedByBeneficiary", BOOL, change.approvedByBeneficiary())
                    .put("ApprovedByNominee", BOOL, change.approvedByNominee()));
    info = info(address, addressOrEmpty, pending);
  }

  public JsonCodec<MinerInfo> info() {
    return info;
  }

  private static JsonCodec<MinerInfo> info(
      JsonCodec<Address> address,
      JsonCodec<Optional<Address>> addressOrEmpty,
      JsonCodec<PendingBeneficiaryChange> pending) {
    return JsonCodec.object(
        at ->
            new MinerInfo(
                at.get("Owner", address),
                at.get("Worker", address),
                at.get("NewWorker", addressOrEmpty),
                at.get("ControlAddresses", address.listOrNull()),
                at.get("WorkerChangeEpoch", EPOCH),
                at.get("PeerId", TEXT.orNull()),
                at.get("Multiaddrs", BYTES.listOrNull()),
                at.get("WindowPoStProofType", POST_PROOF),
                at.get("SectorSize", SECTOR_SIZE),
                at.get("WindowPoStPartitionSectors", COUNT),
                at.get("ConsensusFaultElapsed", EPOCH),
                at.get("PendingOwnerAddress", address.orNull()),
                at.get("Beneficiary", address),
                at.get("BeneficiaryTerm", BENEFICIARY_TERM),
                at.get("PendingBeneficiaryTerm", pending.orNull())),
        (miner, out) ->
            out.put("Owner", address, miner.owner())
                .put("Worker", address, miner.worker())
                .put("NewWorker", addressOrEmpty, miner.newWorker())
                .put("ControlAddresses", address.listOrNull(), miner.controlAddresses())
                .put("WorkerChangeEpoch", EPOCH, miner.workerChangeEpoch())
                .put("PeerId", TEXT.orNull(), miner.peerId())
                .put("Multiaddrs", BYTES.listOrNull(), miner.multiaddrs())
                .put("WindowPoStProofType", POST_PROOF, miner.windowPoStProof())
                .put("SectorSize", SECTOR_SIZE, miner.sectorSize())
                .put("WindowPoStPartitionSectors", COUNT, miner.windowPoStPartitionSectors())
                .put("ConsensusFaultElapsed", EPOCH, miner.consensusFaultElapsed())
                .put("PendingOwnerAddress", address.orNull(), miner.pendingOwner())
                .put("Beneficiary", address, miner.beneficiary())
                .put("BeneficiaryTerm", BENEFICIARY_TERM, miner.beneficiaryTerm())
                .put("PendingBeneficiaryTerm", pending.orNull(), miner.pendingBeneficiary()));
  }

  private static SectorOnChain readSector(JsonCursor at) {
    return new SectorOnChain(
        at.get("SectorNumber", SECTOR_NUMBER),
        at.get("SealProof", SEAL_PROOF),
        at.get("SealedCID", SEALED_CID),
        at.get("Activation", EPOCH),
        at.get("Expiration", EPOCH),
        at.get("DealWeight", DECIMAL),
        at.get("VerifiedDealWeight", DECIMAL),
        at.get("InitialPledge", AMOUNT),
        at.get("ExpectedDayReward", AMOUNT.orNull()),
        at.get("ExpectedStoragePledge", AMOUNT.orNull()),
        at.get("PowerBaseEpoch", EPOCH),
        at.get("ReplacedDayReward", AMOUNT.orNull()),
        at.get("SectorKeyCID", SEALED_CID.orNull()),
        at.get("Flags", COUNT),
        at.get("DailyFee", AMOUNT));
  }

  private static void writeSector(SectorOnChain sector, JsonMembers out) {
    out.put("SectorNumber", SECTOR_NUMBER, sector.sectorNumber())
        .put("SealProof", SEAL_PROOF, sector.sealProof())
        .put("SealedCID", SEALED_CID, sector.sealed())
        .put("Activation", EPOCH, sector.activation())
        .put("Expiration", EPOCH, sector.expiration())
        .put("DealWeight", DECIMAL, sector.dealWeight())
        .put("VerifiedDealWeight", DECIMAL, sector.verifiedDealWeight())
        .put("InitialPledge", AMOUNT, sector.initialPledge())
        .put("ExpectedDayReward", AMOUNT.orNull(), sector.expectedDayReward())
        .put("ExpectedStoragePledge", AMOUNT.orNull(), sector.expectedStoragePledge())
        .put("PowerBaseEpoch", EPOCH, sector.powerBaseEpoch())
        .put("ReplacedDayReward", AMOUNT.orNull(), sector.replacedDayReward())
        .put("SectorKeyCID", SEALED_CID.orNull(), sector.sectorKey())
        .put("Flags", COUNT, sector.flags())
        .put("DailyFee", AMOUNT, sector.dailyFee());
  }

  private static MinerPower readPower(JsonCursor at) {
    JsonCursor miner = at.member("MinerPower");
    JsonCursor total = at.member("TotalPower");
    return new MinerPower(
        miner.get("RawBytePower", DECIMAL),
        miner.get("QualityAdjPower", DECIMAL),
        total.get("RawBytePower", DECIMAL),
        total.get("QualityAdjPower", DECIMAL),
        at.get("HasMinPower", BOOL));
  }

  private static void writePower(MinerPower power, JsonMembers out) {
    out.put("MinerPower", claim(power.minerRaw(), power.minerQualityAdjusted()))
        .put("TotalPower", claim(power.totalRaw(), power.totalQualityAdjusted()))
        .put("HasMinPower", BOOL, power.hasMinPower());
  }

  private static JsonNode claim(BigInteger raw, BigInteger qualityAdjusted) {
    return new JsonMembers()
        .put("RawBytePower", DECIMAL, raw)
        .put("QualityAdjPower", DECIMAL, qualityAdjusted)
        .toNode();
  }

  private static Optional<Epoch> unlessZero(Epoch epoch) {
    return epoch.equals(ZERO) ? Optional.empty() : Optional.of(epoch);
  }
}
