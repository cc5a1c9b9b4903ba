package io.granary.devnet;

import io.granary.devnet.chain.BlockProduction;
import io.granary.devnet.chain.Chain;
import io.granary.devnet.chain.ChainConfig;
import io.granary.devnet.chain.ExecutedTipSet;
import io.granary.devnet.chain.GenesisSpec;
import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.policy.Economics;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BuiltinActors;
import io.granary.protocol.actor.CreateMinerParams;
import io.granary.protocol.actor.CreateMinerReturn;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PoStPartition;
import io.granary.protocol.actor.PowerMethod;
import io.granary.protocol.actor.PreCommitSectorBatchParams;
import io.granary.protocol.actor.ProveCommitSectors3Params;
import io.granary.protocol.actor.SectorActivationManifest;
import io.granary.protocol.actor.SubmitWindowedPoStParams;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.chain.DeadlineInfo;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.PoStProof;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.SectorPreCommitInfo;
import io.granary.protocol.chain.SectorPreCommitOnChain;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.hash.Sha256;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.signature.WalletKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Drives a chain of 2 KiB sectors by hand, as a provider with nothing but messages would. */
public final class ChainDriver implements AutoCloseable {
  /** The seal proof of all sectors here. */
  public static final RegisteredSealProof SEAL = SectorSize.SIZE_2KIB.sealProofV1_1();

  /** Bytes of one seal or window PoSt proof of a small sector. */
  public static final int PROOF_BYTES = 192;

  public final WalletKey key =
      WalletKey.derive(Signature.Kind.BLS, "driver".getBytes(StandardCharsets.UTF_8));
  public final FakeVerifier verifier = new FakeVerifier();
  public final ChainPolicy policy;
  private final Path log;
  private final boolean verifyAllPosts;
  private final List<GenesisSpec.PreSealed> preSealed;
  private final GenesisSpec.Trusted trusted;
  private Chain chain;

  /** Whether the base fee moves; takes effect at the next {@link #restart}. */
  public boolean movingBaseFee;

  public ChainDriver(Path directory, ChainPolicy policy) {
    this(directory, policy, true, List.of());
  }

  public ChainDriver(
      Path directory,
      ChainPolicy policy,
      boolean verifyAllPosts,
      List<GenesisSpec.PreSealed> preSealed) {
    this(directory, policy, verifyAllPosts, preSealed, GenesisSpec.Trusted.NONE);
  }

  public ChainDriver(
      Path directory,
      ChainPolicy policy,
      boolean verifyAllPosts,
      List<GenesisSpec.PreSealed> preSealed,
      GenesisSpec.Trusted trusted) {
    this.trusted = trusted;
    this.policy = policy;
    this.log = directory.resolve("chain.log");
    this.verifyAllPosts = verifyAllPosts;
    this.preSealed = List.copyOf(preSealed);
    this.chain = open();
  }

  private Chain open() {
    ChainConfig config =
        new ChainConfig(
            policy,
            log,
            't',
            TokenAmount.ofAtto(100),
            movingBaseFee,
            BlockProduction.GENESIS,
            true,
            verifyAllPosts,
            Duration.ofSeconds(5));
    GenesisSpec spec =
        new GenesisSpec(
            "test",
            1_700_000_000,
            "test",
            List.of(new GenesisSpec.Account(key.address(), TokenAmount.ofFil(1000))),
            key.address(),
            TokenAmount.ofFil(100),
            SectorSize.SIZE_2KIB,
            preSealed,
            trusted);
    return new Chain(config, spec, key, verifier);
  }

  /** Closes the chain and opens it again from its log. */
  public void restart() throws IOException {
    chain.close();
    chain = open();
  }

  public Chain chain() {
    return chain;
  }

  public Path logFile() {
    return log;
  }

  /** The epoch of the head. */
  public long epoch() {
    return chain.head().height();
  }

  /** Steps, without null rounds, until the head is at {@code epoch}. */
  public void stepTo(long epoch) {
    while (epoch() < epoch) {
      chain.step(0);
    }
  }

  /** A commitment made of {@code text}. */
  public static Commitment commitment(String text) {
    byte[] hash = Sha256.hash(Bytes.of(text.getBytes(StandardCharsets.UTF_8))).toArray();
    hash[31] &= 0x3f;
    return new Commitment(Bytes.of(hash));
  }

  /** A pre-sealed sector numbered {@code number}. */
  public static GenesisSpec.PreSealed preSealed(long number) {
    return new GenesisSpec.PreSealed(
        new SectorNumber(number), SEAL, commitment("r" + number), commitment("d" + number));
  }

  /** Signs and pushes a message of the driver's key. */
  public SignedMessage push(Address to, TokenAmount value, long method, Bytes params) {
    return push(key, to, value, method, params);
  }

  /** Signs and pushes a message of {@code from}. */
  public SignedMessage push(
      WalletKey from, Address to, TokenAmount value, long method, Bytes params) {
    Message message =
        new Message(
            to,
            from.address(),
            chain.nextNonce(from.address()),
            value,
            1_000_000_000,
            TokenAmount.ofAtto(200_000),
            TokenAmount.ofAtto(100_000),
            method,
            params);
    SignedMessage signed = new SignedMessage(message, from.sign(message.signingBytes()));
    chain.push(signed);
    return signed;
  }

  /** Pushes a message, makes the block that includes it and gives its receipt. */
  public Receipt send(Address to, TokenAmount value, long method, CborEncodable params) {
    return included(push(to, value, method, params.toCbor()));
  }

  /** Makes the next block, which must include {@code signed}, and gives its receipt. */
  public Receipt included(SignedMessage signed) {
    ExecutedTipSet made = chain.step(0);
    int index = made.messages().indexOf(signed);
    if (index < 0) {
      throw new AssertionError("not included: " + signed.message());
    }
    return made.receipts().get(index);
  }

  /** Creates a miner of 2 KiB sectors that has money for some. */
  public ActorId createMiner() {
    Receipt receipt =
        send(
            BuiltinActors.STORAGE_POWER,
            Economics.creationDeposit(policy).plus(TokenAmount.ofFil(1)),
            PowerMethod.CREATE_MINER,
            new CreateMinerParams(
                key.address(),
                key.address(),
                SectorSize.SIZE_2KIB.windowPoStV1_1(),
                Bytes.empty(),
                List.of()));
    if (!receipt.succeeded()) {
      throw new AssertionError("CreateMiner: " + receipt);
    }
    return CreateMinerReturn.fromCbor(receipt.returnValue()).idAddress().requireId();
  }

  /** A precommit of a sector without data whose ticket is as old as clients take it. */
  public SectorPreCommitInfo preCommitInfo(long number) {
    return new SectorPreCommitInfo(
        SEAL,
        new SectorNumber(number),
        commitment("r" + number),
        new Epoch(epoch() - 900),
        List.of(),
        new Epoch(epoch() + policy.proveCommitLimit() + policy.minSectorLifetime() + 1000),
        Optional.empty());
  }

  public Receipt preCommit(ActorId miner, SectorPreCommitInfo... infos) {
    return send(
        Address.ofId(miner),
        TokenAmount.ZERO,
        MinerMethod.PRE_COMMIT_SECTOR_BATCH_2,
        new PreCommitSectorBatchParams(List.of(infos)));
  }

  public Receipt proveCommit(ActorId miner, long number, Bytes proof) {
    return send(
        Address.ofId(miner),
        TokenAmount.ZERO,
        MinerMethod.PROVE_COMMIT_SECTORS_3,
        ProveCommitSectors3Params.of(
            List.of(new SectorActivationManifest(new SectorNumber(number), List.of())),
            List.of(proof)));
  }

  /** Precommits sector {@code number}, waits for its seed and proves it. */
  public void commit(ActorId miner, long number) {
    Receipt preCommit = preCommit(miner, preCommitInfo(number));
    stepTo(epoch() + policy.preCommitChallengeDelay());
    Receipt prove = proveCommit(miner, number, FakeVerifier.good(PROOF_BYTES));
    if (!preCommit.succeeded() || !prove.succeeded()) {
      throw new AssertionError("commit of " + number + ": " + preCommit + ", " + prove);
    }
  }

  /** Sector {@code number} of {@code miner} after the head, which must be committed. */
  public SectorOnChain sector(ActorId miner, long number) {
    return miner(miner).sector(number).orElseThrow();
  }

  /** The precommit of {@code number} after the head, which must exist. */
  public SectorPreCommitOnChain preCommitted(ActorId miner, long number) {
    return Optional.ofNullable(miner(miner).preCommits().get(number)).orElseThrow();
  }

  /** The miner's state after the head. */
  public MinerState miner(ActorId id) {
    return chain.head().after().miner(id).orElseThrow();
  }

  public SectorLocation locate(ActorId miner, long number) {
    return miner(miner).locate(number).orElseThrow();
  }

  /** Steps until the next block falls into deadline {@code index} while it is open. */
  public DeadlineInfo openDeadline(ActorId miner, long index) {
    DeadlineInfo next = miner(miner).grid(policy).nextNotElapsed(index, epoch() + 1);
    stepTo(next.open().value());
    return miner(miner).grid(policy).current(epoch() + 1);
  }

  /** Steps until the deadline that is open has been closed by its cron. */
  public void closeDeadline(ActorId miner) {
    DeadlineInfo open = miner(miner).grid(policy).current(epoch() + 1);
    stepTo(open.close().value() - 1);
  }

  /** The parameters of a window PoSt for {@code partitions} of the open deadline. */
  public SubmitWindowedPoStParams postParams(
      DeadlineInfo open, Bytes proof, PoStPartition... partitions) {
    Bytes commit =
        chain
            .environment(chain.head(), epoch() + 1)
            .randomness()
            .fromTickets(RandomnessTag.POST_CHAIN_COMMIT, open.challenge().value(), Bytes.empty());
    return new SubmitWindowedPoStParams(
        open.index(),
        List.of(partitions),
        List.of(new PoStProof(SectorSize.SIZE_2KIB.windowPoStV1_1(), proof)),
        open.challenge(),
        commit);
  }

  public Receipt post(ActorId miner, SubmitWindowedPoStParams params) {
    return send(Address.ofId(miner), TokenAmount.ZERO, MinerMethod.SUBMIT_WINDOWED_POST, params);
  }

  /** Proves partition {@code partition} of deadline {@code deadline} when it opens next. */
  public Receipt prove(ActorId miner, long deadline, long partition) {
    DeadlineInfo open = openDeadline(miner, deadline);
    return post(
        miner,
        postParams(
            open, FakeVerifier.good(PROOF_BYTES), new PoStPartition(partition, BitField.empty())));
  }

  @Override
  public void close() throws IOException {
    chain.close();
  }
}
