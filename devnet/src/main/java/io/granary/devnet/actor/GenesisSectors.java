package io.granary.devnet.actor;

import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.policy.Economics;
import io.granary.devnet.policy.ProvingGrid;
import io.granary.devnet.state.MinerDeadline;
import io.granary.devnet.state.MinerFunds;
import io.granary.devnet.state.MinerPartition;
import io.granary.devnet.state.MinerProfile;
import io.granary.devnet.state.MinerState;
import io.granary.devnet.state.StateDraft;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.piece.Commitment;
import java.math.BigInteger;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Sectors that a chain begins with: their commitments are real, their sealing was never proven on
 * chain, they are active from epoch 0 and must be proven from then on (proofs.md 8).
 */
public final class GenesisSectors {
  private GenesisSectors() {}

  /** A sealed sector. */
  public record Sealed(SectorNumber number, RegisteredSealProof sealProof, Commitment commR) {}

  /** Puts the state of miner {@code id} with {@code sectors} and gives it the money it pledges. */
  public static void put(
      StateDraft draft,
      ActorId id,
      ActorId owner,
      SectorSize size,
      List<Sealed> sectors,
      ChainPolicy policy) {
    MinerProfile profile =
        new MinerProfile(
            owner,
            owner,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Bytes.empty(),
            List.of(),
            size.windowPoStV1_1());
    MinerState fresh =
        MinerState.fresh(
            id,
            profile,
            MinerFunds.holding(TokenAmount.ZERO, 0, policy.vestingDuration()),
            ProvingGrid.offsetOf(id, 0, policy),
            policy);
    BigInteger power = fresh.powerOf(1);
    TokenAmount pledge = Economics.initialPledge(power);
    NavigableMap<Long, SectorOnChain> committed = new TreeMap<>();
    for (Sealed sector : sectors) {
      committed.put(sector.number().value(), committed(sector, pledge, power, policy));
    }
    BitField numbers = BitField.of(committed.keySet());
    TokenAmount pledged = pledge.times(committed.size());
    MinerState miner =
        SectorAssignment.assign(
            fresh
                .withAllocated(numbers)
                .withSectors(committed)
                .withFunds(fresh.funds().withInitialPledge(pledged)),
            numbers,
            0,
            policy);
    draft.put(activated(miner));
    draft.credit(id, pledged);
  }

  private static MinerState activated(MinerState miner) {
    MinerState result = miner;
    for (int d = 0; d < miner.deadlines().size(); d++) {
      MinerDeadline deadline = miner.deadlines().get(d);
      List<MinerPartition> active =
          deadline.partitions().stream()
              .map(partition -> MinerPartition.ofActive(partition.all()))
              .toList();
      result = result.withDeadline(d, deadline.withPartitions(active));
    }
    return result;
  }

  private static SectorOnChain committed(
      Sealed sector, TokenAmount pledge, BigInteger power, ChainPolicy policy) {
    return new SectorOnChain(
        sector.number(),
        sector.sealProof(),
        sector.commR(),
        new Epoch(0),
        new Epoch(policy.maxSectorExpiration()),
        BigInteger.ZERO,
        BigInteger.ZERO,
        pledge,
        Optional.empty(),
        Optional.empty(),
        new Epoch(0),
        Optional.empty(),
        Optional.empty(),
        1,
        Economics.dailyFee(power));
  }
}
