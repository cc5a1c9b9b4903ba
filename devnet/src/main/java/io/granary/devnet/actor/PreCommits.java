package io.granary.devnet.actor;

import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.policy.Economics;
import io.granary.devnet.state.MinerFunds;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.chain.SectorPreCommitInfo;
import io.granary.protocol.chain.SectorPreCommitOnChain;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * PreCommitSectorBatch2 (chain.md 4.3, 4.5): any bad entry fails the whole message. Deal ids are
 * taken when the deals could be activated, but a precommit that has some can never be proven
 * (recorded).
 */
final class PreCommits {
  private PreCommits() {}

  /** An entry as it was sent: its CIDs are not yet known to be commitments. */
  private record Entry(
      RegisteredSealProof sealProof,
      SectorNumber number,
      Cid sealed,
      long sealRandEpoch,
      List<Long> dealIds,
      long expiration,
      Optional<Cid> unsealed) {
    static Entry readFrom(CborReader reader) {
      return reader.struct(
          "",
          7,
          r ->
              new Entry(
                  r.sealProof("sealProof"),
                  r.sectorNumber("sectorNumber"),
                  r.cid("sealedCid"),
                  r.int64("sealRandEpoch"),
                  r.list("dealIds", CborReader.MAX_LIST_ITEMS, item -> item.uint("")),
                  r.int64("expiration"),
                  r.optional("unsealedCid", item -> item.cid(""))));
    }
  }

  static Bytes preCommitBatch(Invocation call) {
    List<Entry> entries =
        call.decode(
            reader ->
                reader.struct(
                    "", 1, r -> r.list("sectors", CborReader.MAX_LIST_ITEMS, Entry::readFrom)));
    if (entries.isEmpty()) {
      throw ActorAbort.illegalArgument("batch empty");
    }
    Set<SectorNumber> seen = new HashSet<>();
    for (Entry entry : entries) {
      if (!seen.add(entry.number())) {
        throw ActorAbort.illegalArgument("duplicate sector number " + entry.number());
      }
      check(entry, call);
    }
    Map<SectorNumber, Optional<Cid>> computed = new HashMap<>();
    for (Entry entry : entries) {
      computed.put(
          entry.number(),
          PreCommitDeals.commD(
              call, entry.dealIds(), entry.sealProof().sectorSize(), entry.expiration()));
    }
    call.requireControlling();
    for (Entry entry : entries) {
      PreCommitDeals.requireEqual(
          computed.getOrDefault(entry.number(), Optional.empty()), entry.unsealed());
      requireMinersProofType(entry, call.miner());
    }
    MinerMoney.repayDebt(call);
    lockDeposits(call, entries);
    return Bytes.empty();
  }

  private static void check(Entry entry, Invocation call) {
    ChainPolicy policy = call.policy();
    long now = call.epoch();
    int type = entry.sealProof().number();
    if (type < 5 || type > 14 || !policy.sectorSizes().contains(entry.sealProof().sectorSize())) {
      throw ActorAbort.illegalArgument("unsupported seal proof type " + type);
    }
    commitment(entry.sealed(), true);
    entry.unsealed().ifPresent(cid -> commitment(cid, false));
    if (entry.sealRandEpoch() >= now) {
      throw ActorAbort.illegalArgument(
          "seal challenge epoch " + entry.sealRandEpoch() + " must be before now " + now);
    }
    long earliest = now - policy.maxPreCommitRandomnessLookback();
    if (entry.sealRandEpoch() < earliest) {
      throw ActorAbort.illegalArgument(
          "seal challenge epoch " + entry.sealRandEpoch() + " too old, must be after " + earliest);
    }
    requireExpiration(entry.expiration(), now, now + policy.proveCommitLimit(), policy);
  }

  /** The rules of a sector's expiration, {@code activation} taken as late as possible. */
  private static void requireExpiration(
      long expiration, long now, long activation, ChainPolicy policy) {
    long lifetime = expiration - activation;
    if (lifetime <= 0) {
      throw ActorAbort.illegalArgument(
          "sector expiration " + expiration + " must be after activation " + activation);
    }
    if (lifetime < policy.minSectorLifetime()) {
      throw ActorAbort.illegalArgument(
          "invalid expiration "
              + expiration
              + ", total sector lifetime ("
              + lifetime
              + ") must exceed "
              + policy.minSectorLifetime()
              + " after activation "
              + activation);
    }
    if (expiration > now + policy.maxSectorExpiration()) {
      throw ActorAbort.illegalArgument(
          "invalid expiration "
              + expiration
              + ", cannot be more than "
              + policy.maxSectorExpiration()
              + " past current epoch "
              + now);
    }
    if (lifetime > policy.maxSectorLifetime()) {
      throw ActorAbort.illegalArgument(
          "invalid expiration "
              + expiration
              + ", total sector lifetime ("
              + lifetime
              + ") cannot exceed "
              + policy.maxSectorLifetime()
              + " after activation "
              + activation);
    }
  }

  private static Commitment commitment(Cid cid, boolean sealed) {
    try {
      return sealed ? cid.toSealedCommitment() : cid.toUnsealedCommitment();
    } catch (IllegalArgumentException e) {
      throw ActorAbort.illegalArgument((sealed ? "sealed" : "unsealed") + " CID had wrong prefix");
    }
  }

  private static void requireMinersProofType(Entry entry, MinerState miner) {
    int needed = miner.profile().windowPoStProof().number();
    int given = entry.sealProof().sectorSize().windowPoStV1_1().number();
    if (given != needed) {
      throw ActorAbort.illegalArgument(
          "sector Window PoSt proof type "
              + given
              + " must match miner Window PoSt proof type "
              + needed
              + " (seal proof type "
              + entry.sealProof().number()
              + ")");
    }
  }

  private static void lockDeposits(Invocation call, List<Entry> entries) {
    MinerState miner = call.miner();
    TokenAmount each = Economics.preCommitDeposit(miner.sectorSize().bytes());
    TokenAmount total = each.times(entries.size());
    MinerFunds funds = miner.funds();
    TokenAmount available = funds.available(call.balance());
    if (available.compareTo(total) < 0) {
      throw ActorAbort.insufficientFunds(
          "insufficient funds "
              + MinerMoney.fil(available)
              + " for pre-commit deposit: "
              + MinerMoney.fil(total));
    }
    BitField numbers = BitField.of(entries.stream().map(entry -> entry.number().value()).toList());
    BitField used = numbers.intersect(miner.allocated());
    if (!used.isEmpty()) {
      throw ActorAbort.illegalArgument(
          "sector numbers " + RustText.bitField(used) + " already allocated");
    }
    NavigableMap<Long, SectorPreCommitOnChain> preCommits = new TreeMap<>(miner.preCommits());
    for (Entry entry : entries) {
      preCommits.put(
          entry.number().value(),
          new SectorPreCommitOnChain(
              new SectorPreCommitInfo(
                  entry.sealProof(),
                  entry.number(),
                  commitment(entry.sealed(), true),
                  new Epoch(entry.sealRandEpoch()),
                  entry.dealIds(),
                  new Epoch(entry.expiration()),
                  entry.unsealed().map(cid -> commitment(cid, false))),
              each,
              new Epoch(call.epoch())));
    }
    call.setMiner(
        miner
            .withAllocated(miner.allocated().union(numbers))
            .withPreCommits(preCommits)
            .withFunds(funds.withPreCommitDeposits(funds.preCommitDeposits().plus(total))));
  }
}
