package io.granary.sharding.sector;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ExitCode;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PreCommitSectorBatchParams;
import io.granary.protocol.actor.ProveCommitSectors3Params;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.MinerInfo;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.SectorPreCommitInfo;
import io.granary.protocol.chain.SectorPreCommitOnChain;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.sector.SectorFixtures;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A chain of one sector, driven by hand: messages are executed when the test says so, a re-org
 * takes them back and changes the randomness above it. It checks what the miner actor checks of
 * ticket age, seed and proof. Answers at a tipset show messages included below its height.
 *
 * <p>Of {@link ChainGateway} it answers what a sector asks, and throws for the rest.
 */
public final class FakeChain {
  /** What the proof of a sector has to be; see {@link FakeProver}. */
  interface ProofCheck {
    Bytes proofFor(Bytes seed, Bytes commR);
  }

  private record PreCommit(Epoch epoch, SectorPreCommitInfo info, TokenAmount deposit) {}

  private final NetworkPolicy network;
  private final ProofCheck check;
  private final Map<TipSetKey, Epoch> heights = new ConcurrentHashMap<>();
  private final List<PreCommit> preCommits = new ArrayList<>();
  private final List<Epoch> commits = new ArrayList<>();
  private long height;
  private int fork;

  /** From this height on, randomness is of the present fork. */
  private long forkedAt = Long.MAX_VALUE;

  private boolean faulty;
  private boolean recovering;
  private boolean down;

  FakeChain(NetworkPolicy network, ProofCheck check, long height) {
    this.network = network;
    this.check = check;
    this.height = height;
  }

  synchronized Epoch height() {
    return new Epoch(height);
  }

  /** A new head, {@code epochs} higher. */
  synchronized Tick advance(long epochs) {
    height += epochs;
    return tick();
  }

  synchronized Tick tick() {
    TipSetKey key = new TipSetKey(List.of(cid("block", height + "/" + fork)));
    heights.put(key, new Epoch(height));
    return new Tick(new Epoch(height), key, instant());
  }

  /** A second an epoch. */
  synchronized Instant instant() {
    return SectorFixtures.START.plusSeconds(height);
  }

  /** The node goes away, or comes back. */
  synchronized void setDown(boolean isDown) {
    down = isDown;
  }

  synchronized void setFaulty(boolean isFaulty, boolean isRecovering) {
    faulty = isFaulty;
    recovering = isRecovering;
  }

  /** The chain above {@code newHeight} is replaced by another of the same length. */
  synchronized void reorg(long newHeight) {
    preCommits.removeIf(on -> on.epoch().value() > newHeight);
    commits.removeIf(epoch -> epoch.value() > newHeight);
    fork++;
    forkedAt = newHeight + 1;
  }

  /** Executes {@code message} in the tipset of the present height: the exit code. */
  synchronized long execute(Message message) {
    return message.method() == MinerMethod.PRE_COMMIT_SECTOR_BATCH_2
        ? preCommit(message)
        : commit(message);
  }

  private long preCommit(Message message) {
    SectorPreCommitInfo info =
        PreCommitSectorBatchParams.fromCbor(message.params()).sectors().get(0);
    boolean tooOld =
        info.sealRandEpoch().value() < height - network.maxPreCommitRandomnessLookback();
    boolean tooShort =
        info.expiration().value()
            < height + network.maxProveCommitDuration() + network.minSectorLifetime();
    if (tooOld || tooShort || !preCommits.isEmpty() || info.sealRandEpoch().value() >= height) {
      return ExitCode.ILLEGAL_ARGUMENT;
    }
    preCommits.add(new PreCommit(new Epoch(height), info, message.value()));
    return ExitCode.OK;
  }

  private long commit(Message message) {
    if (preCommits.isEmpty() || !commits.isEmpty()) {
      return ExitCode.NOT_FOUND;
    }
    PreCommit pre = preCommits.get(0);
    Epoch seedEpoch = network.seedEpoch(pre.epoch());
    Bytes proof = ProveCommitSectors3Params.fromCbor(message.params()).proofs().get(0);
    boolean good =
        seedEpoch.value() < height
            && proof.equals(check.proofFor(beacon(seedEpoch), pre.info().sealed().bytes()));
    if (!good) {
      return ExitCode.ILLEGAL_ARGUMENT;
    }
    commits.add(new Epoch(height));
    return ExitCode.OK;
  }

  synchronized int preCommitsOnChain() {
    return preCommits.size();
  }

  synchronized int commitsOnChain() {
    return commits.size();
  }

  private Bytes beacon(Epoch epoch) {
    return FakeProver.sha256("beacon", epoch + "/" + (epoch.value() >= forkedAt ? fork : 0));
  }

  /** The gateway that sectors see. */
  ChainGateway gateway() {
    return (ChainGateway)
        Proxy.newProxyInstance(
            ChainGateway.class.getClassLoader(),
            new Class<?>[] {ChainGateway.class},
            (proxy, method, arguments) -> {
              if (method.getDeclaringClass() == Object.class) {
                return method.getName().equals("toString") ? "fake chain" : method.hashCode();
              }
              Answers answers = new Answers();
              try {
                return answers
                    .getClass()
                    .getDeclaredMethod(method.getName(), method.getParameterTypes())
                    .invoke(answers, arguments);
              } catch (NoSuchMethodException e) {
                throw new UnsupportedOperationException("fake chain: " + method.getName(), e);
              } catch (InvocationTargetException e) {
                return CompletableFuture.failedFuture(e.getCause());
              }
            });
  }

  private Epoch at(TipSetKey key) {
    if (down) {
      throw new ChainException(ChainException.CONNECTION_LOST, "the fake chain is down");
    }
    Epoch found = heights.get(key);
    if (found == null) {
      throw new ChainException(1, "no such tipset");
    }
    return found;
  }

  private static <T> CompletionStage<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }

  static Cid cid(String kind, String text) {
    return new Cid(Bytes.fromHex("0171a0e40220" + FakeProver.sha256(kind, text).toHex()));
  }

  /** What is answered, under the names of {@link ChainGateway}. */
  @SuppressWarnings({"unused", "UnusedMethod", "UnusedVariable"})
  private final class Answers {
    CompletionStage<TipSet> head() {
      synchronized (FakeChain.this) {
        if (down) {
          throw new ChainException(ChainException.CONNECTION_LOST, "the fake chain is down");
        }
        Tick tick = tick();
        return done(new TipSet(tick.head(), List.of(block(tick.epoch())), tick.epoch()));
      }
    }

    CompletionStage<Bytes> randomnessFromTickets(
        RandomnessTag tag, Epoch epoch, Bytes entropy, TipSetKey key) {
      synchronized (FakeChain.this) {
        at(key);
        return done(FakeProver.sha256("ticket", epoch + "/" + entropy));
      }
    }

    CompletionStage<Bytes> randomnessFromBeacon(
        RandomnessTag tag, Epoch epoch, Bytes entropy, TipSetKey key) {
      synchronized (FakeChain.this) {
        if (epoch.isAfter(at(key))) {
          throw new ChainException(1, "randomness of the future");
        }
        return done(beacon(epoch));
      }
    }

    CompletionStage<MinerInfo> minerInfo(ActorId miner, TipSetKey key) {
      synchronized (FakeChain.this) {
        at(key);
        Address worker = Address.ofId(101);
        return done(MinerInfo.of(worker, worker, List.of(), SectorSize.SIZE_2KIB));
      }
    }

    CompletionStage<Address> accountKey(Address address, TipSetKey key) {
      return done(SectorFixtures.WORKER);
    }

    CompletionStage<TokenAmount> preCommitDeposit(
        ActorId miner, SectorPreCommitInfo info, TipSetKey key) {
      return done(TokenAmount.ofFil(1));
    }

    CompletionStage<TokenAmount> initialPledge(
        long duration, SectorSize size, long verifiedBytes, TipSetKey key) {
      return done(TokenAmount.ofFil(3));
    }

    CompletionStage<Optional<SectorPreCommitOnChain>> preCommit(
        ActorId miner, SectorNumber number, TipSetKey key) {
      synchronized (FakeChain.this) {
        Epoch at = at(key);
        boolean committed = commits.stream().anyMatch(epoch -> epoch.isBefore(at));
        return done(
            preCommits.stream()
                .filter(on -> !committed && on.epoch().isBefore(at))
                .findFirst()
                .map(on -> new SectorPreCommitOnChain(on.info(), on.deposit(), on.epoch())));
      }
    }

    CompletionStage<Optional<SectorOnChain>> sector(
        ActorId miner, SectorNumber number, TipSetKey key) {
      synchronized (FakeChain.this) {
        Epoch at = at(key);
        return done(
            commits.stream()
                .filter(epoch -> epoch.isBefore(at))
                .findFirst()
                .map(epoch -> onChain(epoch, preCommits.get(0).info())));
      }
    }

    CompletionStage<SectorLocation> sectorLocation(
        ActorId miner, SectorNumber number, TipSetKey key) {
      return done(new SectorLocation(2, 0));
    }

    CompletionStage<BitField> faults(ActorId miner, TipSetKey key) {
      synchronized (FakeChain.this) {
        at(key);
        return done(faulty ? BitField.of(7) : BitField.empty());
      }
    }

    CompletionStage<BitField> recoveries(ActorId miner, TipSetKey key) {
      synchronized (FakeChain.this) {
        at(key);
        return done(recovering ? BitField.of(7) : BitField.empty());
      }
    }
  }

  private static BlockHeader block(Epoch height) {
    Cid none = cid("root", "none");
    return new BlockHeader(
        Address.ofId(1000),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        BigInteger.ZERO,
        height,
        none,
        none,
        none,
        Optional.empty(),
        0,
        Optional.empty(),
        0,
        TokenAmount.ofAtto(100));
  }

  private static SectorOnChain onChain(Epoch activation, SectorPreCommitInfo info) {
    return new SectorOnChain(
        info.sectorNumber(),
        info.sealProof(),
        info.sealed(),
        activation,
        info.expiration(),
        BigInteger.ZERO,
        BigInteger.ZERO,
        TokenAmount.ofFil(3),
        Optional.empty(),
        Optional.empty(),
        activation,
        Optional.empty(),
        Optional.empty(),
        0,
        TokenAmount.ZERO);
  }
}
