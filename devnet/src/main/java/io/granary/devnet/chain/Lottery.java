package io.granary.devnet.chain;

import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.state.ChainState;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.MinerPartition;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.BeaconEntry;
import io.granary.protocol.chain.MiningBaseInfo;
import io.granary.protocol.chain.MiningBaseInfo.WinningSector;
import io.granary.protocol.chain.Randomness;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.hash.Sha256;
import io.granary.protocol.proof.SealIdentity;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * What a miner needs to win an epoch (lotus chain/stmgr/actors.go, MinerGetBaseInfo): its power and
 * sectors in the lookback state, and whether its block would be accepted now.
 */
public final class Lottery {
  private final ChainPolicy policy;
  private final Beacon beacon;

  Lottery(ChainPolicy policy, Beacon beacon) {
    this.policy = policy;
    this.beacon = beacon;
  }

  /** The tipset whose state decides about {@code round}, not below genesis. */
  ExecutedTipSet lookback(ExecutedTipSet base, long round) {
    return base.atOrBelow(Math.max(0, round - policy.consensusLookback()));
  }

  /** What {@code miner} needs for {@code round} on top of {@code base}; empty without sectors. */
  public Optional<MiningBaseInfo> baseInfo(ExecutedTipSet base, long round, ActorId miner) {
    ChainState state = lookback(base, round).after();
    Optional<MinerState> then = state.miner(miner);
    if (then.isEmpty() || round <= base.height()) {
      return Optional.empty();
    }
    List<BeaconEntry> entries = beacon.entries(base.height(), round);
    Bytes newest = entries.get(entries.size() - 1).data();
    List<WinningSector> sectors = sectors(then.get(), provingRandomness(newest, round, miner));
    if (sectors.isEmpty()) {
      return Optional.empty();
    }
    List<BeaconEntry> below = base.header().beaconEntries();
    return Optional.of(
        new MiningBaseInfo(
            then.get().power(),
            Claims.of(state, policy).total(),
            sectors,
            workerKey(then.get(), state),
            then.get().sectorSize(),
            below.get(below.size() - 1),
            entries,
            isEligible(base, then.get(), state)));
  }

  /** The challenge of a winning PoSt. */
  static Bytes provingRandomness(Bytes beaconData, long round, ActorId miner) {
    return Randomness.forPoSt(
        Randomness.draw(
            RandomnessTag.WINNING_POST_CHALLENGE_SEED,
            beaconData,
            new Epoch(round),
            Randomness.minerEntropy(miner)));
  }

  private static List<WinningSector> sectors(MinerState miner, Bytes randomness) {
    BitField active = miner.union(MinerPartition::active).minus(miner.trusted().numbers());
    if (active.isEmpty()) {
      return List.of();
    }
    long index = chosen(miner.id(), randomness, active.cardinality());
    SectorOnChain sector = miner.sector(active.slice(index, 1).first().orElseThrow()).orElseThrow();
    return List.of(
        new WinningSector(
            sector.sealProof(), sector.sectorNumber(), sector.sectorKey(), sector.sealed()));
  }

  /**
   * Which of {@code count} sectors a winning PoSt proves (rust-fil-proofs,
   * generate_sector_challenge): the first eight bytes, little-endian, of SHA-256 over prover id,
   * randomness and the challenge's number 0, modulo the count.
   */
  static long chosen(ActorId miner, Bytes randomness, long count) {
    Bytes hash =
        Sha256.hash(
            Bytes.concat(SealIdentity.proverId(miner), randomness, Bytes.of(new byte[Long.BYTES])));
    long value = ByteBuffer.wrap(hash.toArray()).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return Long.remainderUnsigned(value, count);
  }

  private static Address workerKey(MinerState miner, ChainState state) {
    return state
        .actor(miner.profile().worker())
        .flatMap(LedgerActor::robust)
        .orElseThrow(() -> new IllegalStateException("no key of the worker of " + miner.id()));
  }

  /** Power enough then, some power and no debt now. */
  private boolean isEligible(ExecutedTipSet base, MinerState then, ChainState lookback) {
    return Claims.of(lookback, policy).isEnough(then.power())
        && base.after()
            .miner(then.id())
            .filter(now -> now.power().signum() > 0 && now.funds().feeDebt().isZero())
            .isPresent();
  }
}
