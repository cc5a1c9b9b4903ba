package io.granary.sharding.chain;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.BeneficiaryTerm;
import io.granary.protocol.chain.DeadlineInfo;
import io.granary.protocol.chain.MinerInfo;
import io.granary.protocol.chain.Partition;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.SectorPreCommitOnChain;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.deadline.ProvingWindow;
import io.granary.protocol.hash.Sha256;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.ChainException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A chain in memory with one miner, whose partitions the test writes. */
public class ProvingChain extends MemoryChain {
  private final MinerConfig config;
  private TokenAmount available = TokenAmount.ZERO;
  private final TreeMap<Long, List<Partition>> deadlines = new TreeMap<>();
  private BitField allocated = BitField.empty();
  private String beacon = "beacon";
  private volatile boolean away;

  public ProvingChain(long height, MinerConfig config) {
    super(height);
    this.config = config;
  }

  /** The partitions of deadline {@code index} from now on. */
  public synchronized void put(long index, Partition... partitions) {
    deadlines.put(index, List.of(partitions));
  }

  /** A partition whose sectors are live; {@code proven} of them have power but for the faulty. */
  public static Partition partition(
      BitField live, BitField faulty, BitField recovering, BitField proven) {
    return new Partition(live, faulty, recovering, live, proven.minus(faulty));
  }

  public synchronized void allocate(BitField numbers) {
    allocated = numbers;
  }

  /** Another fork's beacon, and so another challenge. */
  public synchronized void forkBeacon(String name) {
    beacon = name;
  }

  /** What the miner's balance covers beyond what is locked and owed. */
  public synchronized void available(TokenAmount balance) {
    available = balance;
  }

  public CompletionStage<TokenAmount> availableBalance(ActorId miner, TipSetKey key) {
    return away(available);
  }

  /** Whether the node answers nothing. */
  public synchronized void goAway(boolean on) {
    away = on;
  }

  public CompletionStage<List<Partition>> partitions(ActorId miner, long deadline, TipSetKey key) {
    return away(deadlines.getOrDefault(deadline, List.of()));
  }

  public CompletionStage<List<SectorOnChain>> sectors(
      ActorId miner, Optional<BitField> filter, TipSetKey key) {
    return away(filter.orElseThrow().stream().mapToObj(ProvingChain::sector).toList());
  }

  /** Nothing of ours is sealed here. */
  public CompletionStage<Optional<SectorOnChain>> sector(
      ActorId miner, SectorNumber number, TipSetKey key) {
    return away(Optional.empty());
  }

  /** Nothing of ours is on its way here. */
  public CompletionStage<Optional<SectorPreCommitOnChain>> preCommit(
      ActorId miner, SectorNumber number, TipSetKey key) {
    return away(Optional.empty());
  }

  private static SectorOnChain sector(long number) {
    byte[] digest = Sha256.hash(Bytes.of(new byte[] {(byte) number})).toArray();
    digest[31] &= 0x3f;
    return new SectorOnChain(
        new SectorNumber(number),
        SectorSize.SIZE_2KIB.sealProofV1_1(),
        new Commitment(Bytes.of(digest)),
        new Epoch(1),
        new Epoch(1_000_000),
        BigInteger.ZERO,
        BigInteger.ZERO,
        TokenAmount.ZERO,
        Optional.empty(),
        Optional.empty(),
        new Epoch(1),
        Optional.empty(),
        Optional.empty(),
        0,
        TokenAmount.ZERO);
  }

  public CompletionStage<Bytes> randomnessFromBeacon(
      RandomnessTag tag, Epoch epoch, Bytes entropy, TipSetKey key) {
    return away(drawn(beacon + tag + epoch + entropy));
  }

  public CompletionStage<Bytes> randomnessFromTickets(
      RandomnessTag tag, Epoch epoch, Bytes entropy, TipSetKey key) {
    return away(drawn("tickets" + tag + epoch + entropy));
  }

  /** What the chain draws from {@code text}. */
  public static Bytes drawn(String text) {
    return Sha256.hash(Bytes.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  public CompletionStage<BitField> allocated(ActorId miner, TipSetKey key) {
    return away(allocated);
  }

  public CompletionStage<MinerInfo> minerInfo(ActorId miner, TipSetKey key) {
    return away(
        new MinerInfo(
            config.owner(),
            config.worker(),
            Optional.empty(),
            List.of(),
            Epoch.UNSET,
            Optional.empty(),
            List.of(),
            config.windowPoStProof(),
            config.sectorSize(),
            2,
            Epoch.UNSET,
            Optional.empty(),
            config.owner(),
            new BeneficiaryTerm(TokenAmount.ZERO, TokenAmount.ZERO, new Epoch(0)),
            Optional.empty()));
  }

  public CompletionStage<Address> accountKey(Address address, TipSetKey key) {
    return away(config.workerKey());
  }

  public CompletionStage<DeadlineInfo> provingDeadline(ActorId miner, TipSetKey key) {
    ProvingWindow window = config.grid().next(0, new Epoch(height()));
    return away(
        new DeadlineInfo(
            new Epoch(height()),
            window.periodStart(),
            0,
            window.open(),
            window.close(),
            window.challenge(),
            window.faultCutoff(),
            config.grid().deadlines(),
            config.grid().provingPeriod(),
            config.grid().challengeWindow(),
            config.grid().challengeLookback(),
            config.grid().faultDeclarationCutoff()));
  }

  private <T> CompletionStage<T> away(T value) {
    return away
        ? CompletableFuture.failedStage(new ChainException(ChainException.CONNECTION_LOST, "away"))
        : CompletableFuture.completedStage(value);
  }
}
