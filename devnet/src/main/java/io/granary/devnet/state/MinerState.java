package io.granary.devnet.state;

import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.policy.ProvingGrid;
import io.granary.protocol.ActorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.SectorPreCommitOnChain;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A storage miner's state.
 *
 * @param periodOffset where its proving periods start ({@link ProvingGrid})
 * @param allocated every sector number ever used
 * @param sectors committed sectors, terminated ones included, trusted ones excepted
 * @param trusted sectors that are believed without proofs
 * @param partitionSectors how many sectors a partition holds at most
 * @param ledger faults and charges by cause
 */
public record MinerState(
    ActorId id,
    MinerProfile profile,
    MinerFunds funds,
    long periodOffset,
    BitField allocated,
    NavigableMap<Long, SectorPreCommitOnChain> preCommits,
    NavigableMap<Long, SectorOnChain> sectors,
    TrustedSectors trusted,
    int partitionSectors,
    List<MinerDeadline> deadlines,
    MinerLedger ledger)
    implements CborEncodable {
  /** A verified byte counts for nine more. */
  private static final long VERIFIED_BONUS = 9;

  public MinerState {
    preCommits = Collections.unmodifiableNavigableMap(preCommits);
    sectors = Collections.unmodifiableNavigableMap(sectors);
    deadlines = List.copyOf(deadlines);
  }

  /** A miner without sectors. */
  public static MinerState fresh(
      ActorId id, MinerProfile profile, MinerFunds funds, long periodOffset, ChainPolicy policy) {
    return new MinerState(
        id,
        profile,
        funds,
        periodOffset,
        BitField.empty(),
        new TreeMap<>(),
        new TreeMap<>(),
        TrustedSectors.NONE,
        profile.windowPoStProof().sectorSize().windowPoStPartitionSectors(),
        Collections.nCopies(policy.deadlines(), MinerDeadline.EMPTY),
        MinerLedger.EMPTY);
  }

  /** A committed sector, terminated or not. */
  public Optional<SectorOnChain> sector(long number) {
    return trusted.numbers().contains(number)
        ? Optional.of(trusted.sector(number))
        : Optional.ofNullable(sectors.get(number));
  }

  /** The committed ones of {@code numbers}, ascending where none is trusted. */
  public Stream<SectorOnChain> sectorsIn(BitField numbers) {
    return Stream.concat(
        sectors.values().stream().filter(sector -> numbers.contains(sector.sectorNumber().value())),
        trusted.numbers().intersect(numbers).stream().mapToObj(trusted::sector));
  }

  /** What {@code numbers} pay in fees each day. */
  public TokenAmount dailyFees(BitField numbers) {
    long believed = trusted.numbers().intersect(numbers).cardinality();
    return sumOf(numbers, SectorOnChain::dailyFee).plus(trusted.dailyFee().times(believed));
  }

  /** What is pledged for {@code numbers}. */
  public TokenAmount pledges(BitField numbers) {
    long believed = trusted.numbers().intersect(numbers).cardinality();
    return sumOf(numbers, SectorOnChain::initialPledge).plus(trusted.pledge().times(believed));
  }

  private TokenAmount sumOf(BitField numbers, Function<SectorOnChain, TokenAmount> amount) {
    TokenAmount sum = TokenAmount.ZERO;
    for (SectorOnChain sector : sectors.values()) {
      if (numbers.contains(sector.sectorNumber().value())) {
        sum = sum.plus(amount.apply(sector));
      }
    }
    return sum;
  }

  public SectorSize sectorSize() {
    return profile.windowPoStProof().sectorSize();
  }

  public ProvingGrid grid(ChainPolicy policy) {
    return new ProvingGrid(policy, periodOffset);
  }

  public MinerState withProfile(MinerProfile changed) {
    return new MinerState(
        id,
        changed,
        funds,
        periodOffset,
        allocated,
        preCommits,
        sectors,
        trusted,
        partitionSectors,
        deadlines,
        ledger);
  }

  public MinerState withFunds(MinerFunds changed) {
    return new MinerState(
        id,
        profile,
        changed,
        periodOffset,
        allocated,
        preCommits,
        sectors,
        trusted,
        partitionSectors,
        deadlines,
        ledger);
  }

  public MinerState withAllocated(BitField changed) {
    return new MinerState(
        id,
        profile,
        funds,
        periodOffset,
        changed,
        preCommits,
        sectors,
        trusted,
        partitionSectors,
        deadlines,
        ledger);
  }

  /** With {@code changed} as its precommits; the map must not be changed afterwards. */
  public MinerState withPreCommits(NavigableMap<Long, SectorPreCommitOnChain> changed) {
    return new MinerState(
        id,
        profile,
        funds,
        periodOffset,
        allocated,
        changed,
        sectors,
        trusted,
        partitionSectors,
        deadlines,
        ledger);
  }

  /** With {@code changed} as its sectors; the map must not be changed afterwards. */
  public MinerState withSectors(NavigableMap<Long, SectorOnChain> changed) {
    return new MinerState(
        id,
        profile,
        funds,
        periodOffset,
        allocated,
        preCommits,
        changed,
        trusted,
        partitionSectors,
        deadlines,
        ledger);
  }

  /** With {@code more} in partitions of {@code perPartition}. */
  public MinerState withTrusted(TrustedSectors more, int perPartition) {
    return new MinerState(
        id,
        profile,
        funds,
        periodOffset,
        allocated,
        preCommits,
        sectors,
        more,
        perPartition,
        deadlines,
        ledger);
  }

  public MinerState withDeadlines(List<MinerDeadline> changed) {
    return new MinerState(
        id,
        profile,
        funds,
        periodOffset,
        allocated,
        preCommits,
        sectors,
        trusted,
        partitionSectors,
        changed,
        ledger);
  }

  public MinerState withLedger(MinerLedger changed) {
    return new MinerState(
        id,
        profile,
        funds,
        periodOffset,
        allocated,
        preCommits,
        sectors,
        trusted,
        partitionSectors,
        deadlines,
        changed);
  }

  public MinerState withDeadline(int index, MinerDeadline deadline) {
    List<MinerDeadline> changed = new ArrayList<>(deadlines);
    changed.set(index, deadline);
    return withDeadlines(changed);
  }

  /** The union of one set over all partitions. */
  public BitField union(Function<MinerPartition, BitField> set) {
    BitField all = BitField.empty();
    for (MinerDeadline deadline : deadlines) {
      all = all.union(deadline.union(set));
    }
    return all;
  }

  /** Where {@code sector} sits, terminated or not. */
  public Optional<SectorLocation> locate(long sector) {
    for (int d = 0; d < deadlines.size(); d++) {
      List<MinerPartition> partitions = deadlines.get(d).partitions();
      for (int p = 0; p < partitions.size(); p++) {
        if (partitions.get(p).all().contains(sector)) {
          return Optional.of(new SectorLocation(d, p));
        }
      }
    }
    return Optional.empty();
  }

  /** Bytes of power that {@code count} sectors have; every sector counts once (README). */
  public BigInteger powerOf(long count) {
    return BigInteger.valueOf(sectorSize().bytes()).multiply(BigInteger.valueOf(count));
  }

  /** Bytes of power of the active sectors. */
  public BigInteger power() {
    return powerOf(union(MinerPartition::active).cardinality());
  }

  /** Quality-adjusted bytes of power of the active sectors: verified data counts tenfold. */
  public BigInteger qualityPower() {
    BigInteger sum = power();
    BitField active = union(MinerPartition::active);
    for (SectorOnChain sector : sectors.values()) {
      if (sector.verifiedDealWeight().signum() > 0
          && active.contains(sector.sectorNumber().value())) {
        long lifetime = sector.expiration().since(sector.activation());
        BigInteger verified = sector.verifiedDealWeight().divide(BigInteger.valueOf(lifetime));
        sum = sum.add(verified.multiply(BigInteger.valueOf(VERIFIED_BONUS)));
      }
    }
    return sum;
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(10).uint64(id.value()).value(profile).value(funds).int64(periodOffset);
    writer.bitField(allocated);
    writer.list(preCommits.values(), MinerState::writePreCommit);
    writer.list(sectors.values(), MinerState::writeSector);
    writer.value(trusted).list(deadlines).value(ledger);
  }

  private static void writePreCommit(CborWriter writer, SectorPreCommitOnChain entry) {
    writer.array(9).uint64(entry.info().sealProof().number());
    writer.uint64(entry.info().sectorNumber().value());
    writer.bytes(entry.info().sealed().bytes()).int64(entry.info().sealRandEpoch().value());
    writer.int64(entry.info().expiration().value());
    writer.optional(entry.info().unsealed(), (w, commD) -> w.bytes(commD.bytes()));
    writer.amount(entry.deposit()).int64(entry.preCommitEpoch().value());
    writer.list(entry.info().dealIds(), CborWriter::uint64);
  }

  private static void writeSector(CborWriter writer, SectorOnChain sector) {
    writer.array(9).uint64(sector.sectorNumber().value()).uint64(sector.sealProof().number());
    writer.bytes(sector.sealed().bytes()).int64(sector.activation().value());
    writer.int64(sector.expiration().value()).amount(sector.initialPledge());
    writer.bigInteger(sector.dealWeight()).bigInteger(sector.verifiedDealWeight());
    writer.amount(sector.dailyFee());
  }
}
