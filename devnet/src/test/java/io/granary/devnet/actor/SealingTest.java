package io.granary.devnet.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.devnet.ChainDriver;
import io.granary.devnet.FakeVerifier;
import io.granary.devnet.Policies;
import io.granary.devnet.policy.Economics;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BatchReturn;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PieceActivationManifest;
import io.granary.protocol.actor.ProveCommitSectors3Params;
import io.granary.protocol.actor.SectorActivationManifest;
import io.granary.protocol.actor.WithdrawBalanceParams;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Randomness;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.SectorPreCommitInfo;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.piece.SectorLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From CreateMiner to a sector that waits for its first proof. */
class SealingTest {
  @TempDir Path directory;
  private ChainDriver driver;
  private ActorId miner;

  @BeforeEach
  void start() {
    driver = new ChainDriver(directory, Policies.demo());
    miner = driver.createMiner();
  }

  @AfterEach
  void stop() throws IOException {
    driver.close();
  }

  @Test
  void numbersMinersFrom1001_whenTheGenesisMinerIs1000() {
    assertThat(miner).isEqualTo(new ActorId(1001));
    assertThat(driver.createMiner()).isEqualTo(new ActorId(1002));
  }

  @Test
  void locksTheCreationDeposit_whenAMinerIsCreated() {
    assertThat(driver.miner(miner).funds().vesting())
        .isEqualTo(Economics.creationDeposit(driver.policy));
  }

  @Test
  void keepsDepositAndNumber_whenASectorIsPrecommitted() {
    Receipt receipt = driver.preCommit(miner, driver.preCommitInfo(7));

    assertThat(receipt.exitCode()).isZero();
    assertThat(driver.miner(miner).allocated().contains(7)).isTrue();
    assertThat(driver.preCommitted(miner, 7).preCommitEpoch()).isEqualTo(new Epoch(driver.epoch()));
    assertThat(driver.miner(miner).funds().preCommitDeposits())
        .isEqualTo(Economics.preCommitDeposit(2048));
  }

  @Test
  void refusesThePrecommit_whenItsNumberWasUsed() {
    driver.preCommit(miner, driver.preCommitInfo(7));

    assertThat(driver.preCommit(miner, driver.preCommitInfo(7)).exitCode()).isEqualTo(16);
  }

  @Test
  void refusesThePrecommit_whenTheDepositIsNotCovered() {
    driver.send(
        Address.ofId(miner),
        TokenAmount.ZERO,
        MinerMethod.WITHDRAW_BALANCE,
        new WithdrawBalanceParams(TokenAmount.ofFil(1)));

    assertThat(driver.preCommit(miner, driver.preCommitInfo(1)).exitCode()).isEqualTo(19);
  }

  @Test
  void asksForTheSectorsOwnRandomness_whenItsSealIsVerified() {
    SectorPreCommitInfo info = driver.preCommitInfo(3);
    driver.preCommit(miner, info);
    long preCommitted = driver.epoch();
    driver.stepTo(preCommitted + driver.policy.preCommitChallengeDelay());
    driver.proveCommit(miner, 3, FakeVerifier.good(ChainDriver.PROOF_BYTES));

    FakeVerifier.SealQuestion asked = driver.verifier.seals.get(0);
    Epoch seedEpoch = new Epoch(preCommitted + driver.policy.preCommitChallengeDelay());
    Bytes entropy = Randomness.minerEntropy(miner);
    assertThat(asked.sector()).isEqualTo(new SectorId(miner, new SectorNumber(3)));
    assertThat(asked.commR()).isEqualTo(info.sealed());
    assertThat(asked.commD()).isEqualTo(SectorLayout.of(2048, List.of()).commD());
    assertThat(asked.ticket())
        .isEqualTo(
            Randomness.draw(
                RandomnessTag.SEAL_RANDOMNESS,
                driver.chain().genesis().header().ticketVrfProof().orElseThrow(),
                info.sealRandEpoch(),
                entropy));
    assertThat(asked.seed())
        .isEqualTo(
            Randomness.draw(
                RandomnessTag.INTERACTIVE_SEAL_CHALLENGE_SEED,
                driver.chain().beacon().at(seedEpoch.value()).data(),
                seedEpoch,
                entropy));
  }

  @Test
  void assignsTheSectorAndTakesThePledge_whenItIsProven() {
    driver.commit(miner, 1);

    SectorOnChain sector = driver.sector(miner, 1);
    assertThat(sector.activation()).isEqualTo(new Epoch(driver.epoch()));
    assertThat(driver.miner(miner).preCommits()).isEmpty();
    assertThat(driver.miner(miner).funds().preCommitDeposits()).isEqualTo(TokenAmount.ZERO);
    assertThat(driver.miner(miner).funds().initialPledge())
        .isEqualTo(TokenAmount.ofAtto(59_604_643_840L));
    assertThat(driver.miner(miner).power().signum()).isZero();
    assertThat(driver.locate(miner, 1).partition()).isZero();
  }

  @Test
  void refusesTheProveCommit_whenTheSeedEpochHasNotPassed() {
    driver.preCommit(miner, driver.preCommitInfo(1));
    long seedEpoch = driver.epoch() + driver.policy.preCommitChallengeDelay();
    driver.stepTo(seedEpoch - 1);

    Receipt receipt = driver.proveCommit(miner, 1, FakeVerifier.good(ChainDriver.PROOF_BYTES));

    assertThat(driver.epoch()).isEqualTo(seedEpoch);
    assertThat(receipt.exitCode()).isEqualTo(18);
  }

  @Test
  void keepsThePrecommit_whenItsProofIsBad() {
    driver.preCommit(miner, driver.preCommitInfo(1));
    driver.stepTo(driver.epoch() + driver.policy.preCommitChallengeDelay());

    assertThat(driver.proveCommit(miner, 1, FakeVerifier.bad(192)).exitCode()).isEqualTo(16);
    assertThat(driver.proveCommit(miner, 1, FakeVerifier.good(191)).exitCode()).isEqualTo(16);
    assertThat(driver.miner(miner).preCommits()).containsKey(1L);
    assertThat(driver.proveCommit(miner, 1, FakeVerifier.good(192)).exitCode()).isZero();
  }

  @Test
  void listsTheBadOne_whenABatchIsLax() {
    driver.preCommit(miner, driver.preCommitInfo(1), driver.preCommitInfo(2));
    driver.stepTo(driver.epoch() + driver.policy.preCommitChallengeDelay());
    ProveCommitSectors3Params params =
        new ProveCommitSectors3Params(
            List.of(manifest(1), manifest(2)),
            List.of(FakeVerifier.good(192), FakeVerifier.bad(192)),
            Bytes.empty(),
            Optional.empty(),
            false,
            false);

    Receipt receipt =
        driver.send(
            Address.ofId(miner), TokenAmount.ZERO, MinerMethod.PROVE_COMMIT_SECTORS_3, params);

    assertThat(receipt.returnValue()).isEqualTo(Bytes.fromHex("820181820110"));
    assertThat(BatchReturn.fromCbor(receipt.returnValue()).successCount()).isEqualTo(1);
    assertThat(driver.miner(miner).sectors()).containsOnlyKeys(1L);
    assertThat(driver.miner(miner).preCommits()).containsOnlyKeys(2L);
  }

  @Test
  void refusesTheSector_whenItsPiecesAreNotTheDataItPrecommitted() {
    PieceInfo piece = new PieceInfo(ChainDriver.commitment("piece"), 1024);
    Commitment commD = SectorLayout.of(2048, List.of(piece)).commD();
    SectorPreCommitInfo plain = driver.preCommitInfo(1);
    driver.preCommit(miner, withData(plain, commD));
    driver.stepTo(driver.epoch() + driver.policy.preCommitChallengeDelay());
    PieceInfo other = new PieceInfo(ChainDriver.commitment("other"), 1024);

    assertThat(proveWith(List.of(PieceActivationManifest.of(other))).exitCode()).isEqualTo(16);
    assertThat(proveWith(List.of()).exitCode()).isEqualTo(16);
    assertThat(proveWith(List.of(PieceActivationManifest.of(piece))).exitCode()).isZero();
    assertThat(driver.verifier.seals.get(0).commD()).isEqualTo(commD);
  }

  private Receipt proveWith(List<PieceActivationManifest> pieces) {
    return driver.send(
        Address.ofId(miner),
        TokenAmount.ZERO,
        MinerMethod.PROVE_COMMIT_SECTORS_3,
        ProveCommitSectors3Params.of(
            List.of(new SectorActivationManifest(new SectorNumber(1), pieces)),
            List.of(FakeVerifier.good(192))));
  }

  private static SectorActivationManifest manifest(long number) {
    return new SectorActivationManifest(new SectorNumber(number), List.of());
  }

  private static SectorPreCommitInfo withData(SectorPreCommitInfo info, Commitment commD) {
    return new SectorPreCommitInfo(
        info.sealProof(),
        info.sectorNumber(),
        info.sealed(),
        info.sealRandEpoch(),
        info.dealIds(),
        info.expiration(),
        Optional.of(commD));
  }
}
