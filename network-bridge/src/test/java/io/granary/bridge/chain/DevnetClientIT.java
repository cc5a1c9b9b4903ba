package io.granary.bridge.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.devnet.Devnet;
import io.granary.devnet.DevnetSettings;
import io.granary.devnet.chain.GenesisSpec;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.DeadlineInfo;
import io.granary.protocol.chain.MarketBalance;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.MessageLookup;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ProofVerifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against the devnet: both ends of the wire as they are, over HTTP and WebSocket. */
class DevnetClientIT {
  private static final ActorId MINER = new ActorId(1000);
  private static final SectorNumber SECTOR = new SectorNumber(0);
  private static final Commitment COMMITMENT = new Commitment(Bytes.of(new byte[32]));

  @TempDir Path directory;
  private Devnet devnet;
  private LotusChainGateway chain;

  @BeforeEach
  void start() {
    devnet = startDevnet(0);
    chain =
        new LotusChainGateway(
            TestSettings.of(
                "nodes = [{ url = \""
                    + devnet.url()
                    + "\", token-file = \""
                    + devnet.tokenFile()
                    + "\" }]\nfollow { reconnect-min = 50ms, reconnect-max = 500ms }",
                devnet.url()),
            new SplittableRandom(5));
    for (int i = 0; i < 5; i++) {
      devnet.step(0);
    }
  }

  @AfterEach
  void stop() {
    chain.close();
    devnet.close();
  }

  @Test
  void readsTheChain() throws Exception {
    TipSet head = of(chain.head());
    assertThat(head.key()).isEqualTo(devnet.head().key());
    assertThat(of(chain.genesis()).height()).isEqualTo(new Epoch(0));
    TipSet next = devnet.step(2);
    assertThat(of(chain.tipSet(next.key()))).isEqualTo(next);
    assertThat(of(chain.tipSetByHeight(head.height().plus(1), next.key()))).isEqualTo(head);
    assertThat(of(chain.tipSetAfterHeight(head.height().plus(1), next.key()))).isEqualTo(next);
    assertThat(of(chain.path(head.key(), next.key())).applied()).containsExactly(next);
    assertThat(of(chain.path(next.key(), head.key())).reverted()).containsExactly(next);
    assertThat(
            of(
                chain.randomnessFromTickets(
                    RandomnessTag.SEAL_RANDOMNESS, new Epoch(2), Bytes.empty(), next.key())))
        .extracting(Bytes::length)
        .isEqualTo(32);
    assertThat(
            of(
                chain.randomnessFromBeacon(
                    RandomnessTag.INTERACTIVE_SEAL_CHALLENGE_SEED,
                    new Epoch(2),
                    Bytes.empty(),
                    next.key())))
        .extracting(Bytes::length)
        .isEqualTo(32);
    assertThat(of(chain.beaconEntry(new Epoch(3))).data().isEmpty()).isFalse();
  }

  @Test
  void waitsForABeaconEntry_whenItsEpochIsStillToCome() throws Exception {
    CompletionStage<?> entry = chain.beaconEntry(devnet.head().height().plus(1));
    devnet.step(0);
    assertThat(of(entry)).isNotNull();
  }

  @Test
  void readsTheNode() throws Exception {
    assertThat(of(chain.version()).blockDelaySeconds()).isEqualTo(1);
    assertThat(of(chain.networkName())).isEqualTo("granary-devnet");
    assertThat(of(chain.networkVersion(TipSetKey.HEAD))).isPositive();
    assertThat(of(chain.networkParams()).blockDelaySeconds()).isEqualTo(1);
    String token = Files.readString(devnet.tokenFile()).strip();
    assertThat(of(chain.authVerify(token)))
        .containsExactlyInAnyOrder("read", "write", "sign", "admin");
    assertThat(of(chain.marketBalance(devnet.defaultAddress(), TipSetKey.HEAD)))
        .isEqualTo(new MarketBalance(TokenAmount.ZERO, TokenAmount.ZERO));
  }

  @Test
  void readsAMinerAndItsSectors() throws Exception {
    TipSetKey key = devnet.head().key();
    assertThat(of(chain.listMiners(key))).containsExactly(Address.ofId(MINER));
    assertThat(of(chain.minerInfo(MINER, key)).sectorSize()).isEqualTo(SectorSize.SIZE_2KIB);
    assertThat(of(chain.minerPower(MINER, key)).minerRaw()).isPositive();
    DeadlineInfo deadline = of(chain.provingDeadline(MINER, key));
    assertThat(deadline.deadlines()).isEqualTo(3);
    assertThat(of(chain.deadlines(MINER, key))).hasSize(3);
    SectorLocation location = of(chain.sectorLocation(MINER, SECTOR, key));
    assertThat(of(chain.partitions(MINER, location.deadline(), key)))
        .singleElement()
        .extracting(partition -> partition.allSectors())
        .isEqualTo(BitField.of(0));
    assertThat(of(chain.sectors(MINER, Optional.empty(), key))).hasSize(1);
    assertThat(of(chain.sectors(MINER, Optional.of(BitField.of(7)), key))).isEmpty();
    assertThat(of(chain.sector(MINER, SECTOR, key)).orElseThrow().sealed()).isEqualTo(COMMITMENT);
    assertThat(of(chain.sector(MINER, new SectorNumber(9), key))).isEmpty();
    assertThat(of(chain.preCommit(MINER, new SectorNumber(9), key))).isEmpty();
    assertThat(of(chain.sectorExpiration(MINER, SECTOR, key)).onTime()).isPresent();
    assertThat(of(chain.sectorCounts(MINER, key)).live()).isEqualTo(1);
    assertThat(of(chain.faults(MINER, key))).isEqualTo(BitField.empty());
    assertThat(of(chain.recoveries(MINER, key))).isEqualTo(BitField.empty());
    assertThat(of(chain.allocated(MINER, key))).isEqualTo(BitField.of(0));
    assertThat(of(chain.availableBalance(MINER, key)).isNegative()).isFalse();
    assertThat(of(chain.minerCreationDeposit(key)).isZero()).isFalse();
    assertThat(of(chain.initialPledge(600_000, SectorSize.SIZE_2KIB, 0, key)).isZero()).isFalse();
    assertCode(chain.sectorLocation(MINER, new SectorNumber(9), key), 1);
  }

  @Test
  void sendsAMessage_andSeesItLand() throws Exception {
    Address from = devnet.defaultAddress();
    Address to = of(chain.walletNew(Signature.Kind.SECP256K1));
    assertThat(of(chain.walletHas(to))).isTrue();
    assertThat(of(chain.walletList())).contains(from, to);
    assertThat(of(chain.walletDefaultAddress())).isEqualTo(from);

    Message message = Message.of(from, to, TokenAmount.ofFil(3), 0, Bytes.empty());
    assertThat(of(chain.call(message, TipSetKey.HEAD)).receipt().succeeded()).isTrue();
    Message priced = of(chain.estimateGas(message, SendSpec.DEFAULT, TipSetKey.HEAD));
    assertThat(priced.gasLimit()).isPositive();
    SignedMessage signed =
        of(chain.walletSignMessage(from, priced.withNonce(of(chain.nonce(from)))));
    assertThat(of(chain.push(signed))).isEqualTo(signed.cid());
    assertThat(of(chain.pending(TipSetKey.HEAD))).containsExactly(signed);
    assertThat(of(chain.message(signed.cid()))).isEqualTo(signed.message());
    assertThat(of(chain.searchMessage(TipSetKey.HEAD, signed.cid(), -1, true))).isEmpty();

    CompletionStage<MessageLookup> waited = chain.waitMessage(signed.cid(), 2, -1, true);
    for (int i = 0; i < 4; i++) {
      devnet.step(0);
    }
    assertThat(of(waited).receipt().succeeded()).isTrue();
    assertThat(of(chain.searchMessage(TipSetKey.HEAD, signed.cid(), -1, true)))
        .contains(of(waited));
    assertThat(of(chain.walletBalance(to))).isEqualTo(TokenAmount.ofFil(3));
    ActorId id = of(chain.lookupId(to, TipSetKey.HEAD));
    assertThat(of(chain.accountKey(Address.ofId(id), TipSetKey.HEAD))).isEqualTo(to);
    assertThat(of(chain.actor(to, TipSetKey.HEAD)).balance()).isEqualTo(TokenAmount.ofFil(3));
    assertThat(of(chain.walletSign(to, Bytes.fromHex("00"))).kind())
        .isEqualTo(Signature.Kind.SECP256K1);

    Message back = Message.of(to, from, TokenAmount.ofFil(1), 0, Bytes.empty());
    SignedMessage pushed = of(chain.pushMessage(back, SendSpec.DEFAULT));
    assertThat(pushed.signature().kind()).isEqualTo(Signature.Kind.SECP256K1);
    assertCode(chain.pushMessage(back.withNonce(9), SendSpec.DEFAULT), 1);
  }

  @Test
  void followsTheHead_overAReorgAndARestart() {
    HeadRecorder heads = new HeadRecorder();
    chain.subscribe(heads);
    awaitHead(heads);
    devnet.step(0);
    devnet.step(3);
    devnet.step(0);
    awaitHead(heads);
    devnet.reorg(2, false);
    awaitHead(heads);
    assertThat(heads.changes().stream().mapToInt(c -> c.reverted().size()).sum()).isEqualTo(2);

    int port = devnet.url().getPort();
    devnet.close();
    devnet = startDevnet(port);
    devnet.step(0);
    devnet.step(0);
    awaitHead(heads);
    heads.line();
  }

  private Devnet startDevnet(int port) {
    Config config =
        ConfigFactory.parseString("granary.devnet.production = stepped")
            .withFallback(ConfigFactory.defaultReference())
            .resolve();
    GenesisSpec.PreSealed sector =
        new GenesisSpec.PreSealed(
            SECTOR, SectorSize.SIZE_2KIB.sealProofV1_1(), COMMITMENT, COMMITMENT);
    return Devnet.start(
        DevnetSettings.from(config)
            .at(directory, port)
            .withPreSealed(SectorSize.SIZE_2KIB, List.of(sector)),
        new TrustingVerifier());
  }

  private void awaitHead(HeadRecorder heads) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                heads.changes().stream()
                    .reduce((before, last) -> last)
                    .map(change -> change.head().key().equals(devnet.head().key()))
                    .orElse(false));
  }

  private static void assertCode(CompletionStage<?> answer, int code) {
    assertThatThrownBy(() -> of(answer))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            ChainException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  private static <T> T of(CompletionStage<T> answer) throws Exception {
    return answer.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  /** Takes every proof: no test here sends one. */
  private static final class TrustingVerifier implements ProofVerifier {
    @Override
    public CompletionStage<Boolean> verifySeal(
        SectorId sector,
        RegisteredSealProof proofType,
        Bytes ticket,
        Bytes seed,
        Commitment commR,
        Commitment commD,
        Bytes proof) {
      return CompletableFuture.completedStage(true);
    }

    @Override
    public CompletionStage<Boolean> verifyWindowPoSt(
        ActorId prover,
        RegisteredPoStProof proofType,
        Bytes randomness,
        List<ReplicaRef> sectors,
        Bytes proofs) {
      return CompletableFuture.completedStage(true);
    }

    @Override
    public CompletionStage<Boolean> verifyWinningPoSt(
        ActorId prover,
        RegisteredPoStProof proofType,
        Bytes randomness,
        List<ReplicaRef> sectors,
        Bytes proof) {
      return CompletableFuture.completedStage(true);
    }
  }
}
