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
import io.granary.devnet.state.TrustedSectors;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Sectors that a chain begins with: their commitments are real, their sealing was never proven on
 * chain, they are active from epoch 0 and must be proven from then on (proofs.md 8).
 */
public final class GenesisSectors {
  private GenesisSectors() {}

  /** A sealed sector; with a deadline it goes there, whatever the rule of assignment says. */
  public record Sealed(
      SectorNumber number, RegisteredSealProof sealProof, Commitment commR, OptionalInt deadline) {}

  /** Trusted sectors: how many, and how many a partition holds (0: as the size says). */
  public record Believed(long count, int perPartition) {}

  /** Puts the state of miner {@code id} with {@code sectors} and gives it the money it pledges. */
  public static void put(
      StateDraft draft,
      ActorId id,
      ActorId owner,
      SectorSize size,
      List<Sealed> sectors,
      Believed believed,
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
    TrustedSectors trusted = trusted(numbers, believed, size, pledge, power, policy);
    int perPartition =
        believed.perPartition() > 0 ? believed.perPartition() : fresh.partitionSectors();
    TokenAmount pledged = pledge.times(committed.size() + believed.count());
    MinerState miner =
        fresh
            .withAllocated(numbers.union(trusted.numbers()))
            .withSectors(committed)
            .withTrusted(trusted, perPartition)
            .withFunds(fresh.funds().withInitialPledge(pledged));
    miner = placed(miner, sectors, policy);
    miner =
        SectorAssignment.assign(miner, numbers.minus(miner.union(MinerPartition::all)), 0, policy);
    draft.put(activated(spread(miner, trusted.numbers(), policy)));
    draft.credit(id, pledged);
  }

  private static TrustedSectors trusted(
      BitField numbers,
      Believed believed,
      SectorSize size,
      TokenAmount pledge,
      BigInteger power,
      ChainPolicy policy) {
    if (believed.count() == 0) {
      return TrustedSectors.NONE;
    }
    long first = numbers.last().orElse(-1) + 1;
    return new TrustedSectors(
        BitField.ofRange(first, first + believed.count() - 1),
        size.sealProofV1_1(),
        pledge,
        Economics.dailyFee(power),
        policy.maxSectorExpiration());
  }

  /** Puts the sectors that say where they belong. */
  private static MinerState placed(MinerState miner, List<Sealed> sectors, ChainPolicy policy) {
    NavigableMap<Integer, List<Long>> byDeadline = new TreeMap<>();
    for (Sealed sector : sectors) {
      sector
          .deadline()
          .ifPresent(
              deadline ->
                  byDeadline
                      .computeIfAbsent(deadline, index -> new ArrayList<>())
                      .add(sector.number().value()));
    }
    MinerState result = miner;
    for (Map.Entry<Integer, List<Long>> entry : byDeadline.entrySet()) {
      if (entry.getKey() < 0 || entry.getKey() >= policy.deadlines()) {
        throw new IllegalArgumentException(
            "genesis: there is no deadline " + entry.getKey() + " of " + policy.deadlines());
      }
      result = filled(result, entry.getKey(), BitField.of(entry.getValue()), policy);
    }
    return result;
  }

  /** Spreads {@code numbers} evenly over all deadlines, in their order. */
  private static MinerState spread(MinerState miner, BitField numbers, ChainPolicy policy) {
    MinerState result = miner;
    long total = numbers.cardinality();
    long done = 0;
    for (int d = 0; d < policy.deadlines(); d++) {
      long upTo = total * (d + 1) / policy.deadlines();
      if (upTo > done) {
        result = filled(result, d, numbers.slice(done, upTo - done), policy);
      }
      done = upTo;
    }
    return result;
  }

  /**
   * {@code miner} with {@code numbers} in new partitions of deadline {@code index}. Where that is
   * open at genesis, or the next to open, nobody could prove it in time: its first window counts as
   * proven.
   */
  private static MinerState filled(
      MinerState miner, int index, BitField numbers, ChainPolicy policy) {
    MinerDeadline deadline = miner.deadlines().get(index);
    List<MinerPartition> partitions = new ArrayList<>(deadline.partitions());
    int size = miner.partitionSectors();
    for (long skip = 0; skip < numbers.cardinality(); skip += size) {
      partitions.add(MinerPartition.ofActive(numbers.slice(skip, size)));
    }
    MinerDeadline full = deadline.withPartitions(partitions);
    boolean tooEarly = !miner.grid(policy).isMutable(index, 0);
    return miner.withDeadline(
        index,
        tooEarly ? full.withPosted(BitField.ofRange(0, partitions.size() - 1), List.of()) : full);
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
