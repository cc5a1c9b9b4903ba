package io.granary.devnet.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.devnet.ChainDriver;
import io.granary.devnet.FakeVerifier;
import io.granary.devnet.Policies;
import io.granary.devnet.policy.Economics;
import io.granary.devnet.state.MinerPartition;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DeclareFaultsParams;
import io.granary.protocol.actor.DeclareFaultsRecoveredParams;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PoStPartition;
import io.granary.protocol.actor.ProveCommitSectors3Params;
import io.granary.protocol.actor.SectorActivationManifest;
import io.granary.protocol.actor.SectorDeclaration;
import io.granary.protocol.actor.SubmitWindowedPoStParams;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.DeadlineInfo;
import io.granary.protocol.chain.PoStProof;
import io.granary.protocol.chain.Randomness;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.Receipt;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Window PoSt, faults, recoveries and what they cost, by chain.md 5. */
class ProvingTest {
  private static final BigInteger SECTOR = BigInteger.valueOf(2048);

  @TempDir Path directory;
  private ChainDriver driver;
  private ActorId miner;
  private long deadline;

  @BeforeEach
  void commitTwoSectors() {
    driver = new ChainDriver(directory, Policies.demo());
    miner = driver.createMiner();
    driver.commit(miner, 1);
    deadline = driver.locate(miner, 1).deadline();
  }

  @AfterEach
  void stop() throws IOException {
    driver.close();
  }

  @Test
  void givesPower_whenASectorIsProvenTheFirstTime() {
    Receipt receipt = driver.prove(miner, deadline, 0);

    assertThat(receipt.exitCode()).isZero();
    assertThat(driver.miner(miner).power()).isEqualTo(SECTOR);
  }

  @Test
  void asksForTheDeadlinesOwnChallenge_whenAPostIsVerified() {
    DeadlineInfo open = driver.openDeadline(miner, deadline);
    driver.post(miner, driver.postParams(open, FakeVerifier.good(192), partition(0)));

    FakeVerifier.PoStQuestion asked = driver.verifier.posts.get(0);
    Bytes drawn =
        Randomness.draw(
            RandomnessTag.WINDOWED_POST_CHALLENGE_SEED,
            driver.chain().beacon().at(open.challenge().value()).data(),
            open.challenge(),
            Randomness.minerEntropy(miner));
    assertThat(asked.randomness()).isEqualTo(Randomness.forPoSt(drawn));
    assertThat(asked.sectors())
        .singleElement()
        .satisfies(replica -> assertThat(replica.sealed()).isEqualTo(ChainDriver.commitment("r1")));
  }

  @Test
  void asksForTheGoodSectorsInOrder_whenPartitionsAreProvenTogether() {
    ActorId large = driver.createMiner();
    long at = commitFive(large);
    DeadlineInfo open = driver.openDeadline(large, at);
    PoStPartition skipping = new PoStPartition(1, BitField.of(13));
    SubmitWindowedPoStParams params =
        driver.postParams(open, FakeVerifier.good(2 * 192), partition(0), skipping, partition(2));

    Receipt receipt = driver.post(large, params);

    assertThat(receipt.exitCode()).isZero();
    FakeVerifier.PoStQuestion asked = driver.verifier.posts.get(driver.verifier.posts.size() - 1);
    assertThat(asked.sectors())
        .extracting(replica -> replica.number().value())
        .containsExactly(11L, 12L, 14L, 15L);
    assertThat(driver.miner(large).union(MinerPartition::faults)).isEqualTo(BitField.of(13));
    assertThat(driver.miner(large).power()).isEqualTo(SECTOR.multiply(BigInteger.valueOf(4)));
  }

  @Test
  void refusesThePost_whenItHasMoreProofsThanChunks() {
    ActorId large = driver.createMiner();
    long at = commitFive(large);
    DeadlineInfo open = driver.openDeadline(large, at);
    SubmitWindowedPoStParams params =
        driver.postParams(
            open,
            FakeVerifier.good(3 * 192),
            partition(0),
            new PoStPartition(1, BitField.of(13)),
            partition(2));

    assertThat(driver.post(large, params).exitCode()).isEqualTo(16);
  }

  /** Sectors 11 to 15 in one deadline: partitions of two, two and one. */
  private long commitFive(ActorId large) {
    driver.included(driver.push(Address.ofId(large), TokenAmount.ofFil(10), 0, Bytes.empty()));
    driver.preCommit(
        large,
        driver.preCommitInfo(11),
        driver.preCommitInfo(12),
        driver.preCommitInfo(13),
        driver.preCommitInfo(14),
        driver.preCommitInfo(15));
    driver.stepTo(driver.epoch() + driver.policy.preCommitChallengeDelay());
    List<SectorActivationManifest> sectors =
        LongStream.rangeClosed(11, 15)
            .mapToObj(n -> new SectorActivationManifest(new SectorNumber(n), List.of()))
            .toList();
    Receipt proven =
        driver.send(
            Address.ofId(large),
            TokenAmount.ZERO,
            MinerMethod.PROVE_COMMIT_SECTORS_3,
            ProveCommitSectors3Params.of(sectors, Collections.nCopies(5, FakeVerifier.good(192))));
    assertThat(proven.exitCode()).isZero();
    long at = driver.locate(large, 11).deadline();
    assertThat(driver.miner(large).deadlines().get((int) at).partitions())
        .extracting(MinerPartition::all)
        .containsExactly(BitField.of(11, 12), BitField.of(13, 14), BitField.of(15));
    return at;
  }

  @Test
  void changesNothing_whenAPostIsInvalid() {
    DeadlineInfo open = driver.openDeadline(miner, deadline);

    Receipt receipt =
        driver.post(miner, driver.postParams(open, FakeVerifier.bad(192), partition(0)));

    assertThat(receipt.exitCode()).isEqualTo(16);
    assertThat(driver.miner(miner).power().signum()).isZero();
    assertThat(driver.miner(miner).deadlines().get((int) deadline).posted().isEmpty()).isTrue();
  }

  @Test
  void refusesAPost_whenItsInputsAreWrong() {
    DeadlineInfo open = driver.openDeadline(miner, deadline);
    SubmitWindowedPoStParams good = driver.postParams(open, FakeVerifier.good(192), partition(0));
    PoStProof proof = good.proofs().get(0);

    assertThat(exit(with(good, good.deadline() + 1, good.chainCommitEpoch()))).isEqualTo(16);
    assertThat(exit(with(good, good.deadline(), open.challenge().minus(1)))).isEqualTo(16);
    assertThat(exit(with(good, good.deadline(), new Epoch(driver.epoch() + 5)))).isEqualTo(16);
    assertThat(exit(withProofs(good, List.of(proof, proof)))).isEqualTo(16);
    assertThat(
            exit(
                withProofs(
                    good, List.of(new PoStProof(new RegisteredPoStProof(5), proof.proof())))))
        .isEqualTo(16);
    assertThat(exit(withProofs(good, List.of(new PoStProof(proof.type(), FakeVerifier.good(193))))))
        .isEqualTo(16);
    assertThat(exit(driver.postParams(open, proof.proof(), partition(7)))).isEqualTo(17);
    assertThat(exit(driver.postParams(open, proof.proof(), new PoStPartition(0, BitField.of(1)))))
        .isEqualTo(16);
    assertThat(exit(good)).isZero();
    assertThat(exit(good)).isEqualTo(16);
  }

  private long exit(SubmitWindowedPoStParams params) {
    return driver.post(miner, params).exitCode();
  }

  private static SubmitWindowedPoStParams with(
      SubmitWindowedPoStParams params, long deadline, Epoch commit) {
    return new SubmitWindowedPoStParams(
        deadline, params.partitions(), params.proofs(), commit, params.chainCommitRand());
  }

  private static SubmitWindowedPoStParams withProofs(
      SubmitWindowedPoStParams params, List<PoStProof> proofs) {
    return new SubmitWindowedPoStParams(
        params.deadline(),
        params.partitions(),
        proofs,
        params.chainCommitEpoch(),
        params.chainCommitRand());
  }

  @Test
  void makesTheSectorFaulty_whenItsDeadlineIsMissed() {
    driver.prove(miner, deadline, 0);
    driver.closeDeadline(miner);
    assertThat(driver.miner(miner).power()).isEqualTo(SECTOR);

    driver.openDeadline(miner, deadline);
    driver.closeDeadline(miner);

    assertThat(driver.miner(miner).union(MinerPartition::faults)).isEqualTo(BitField.of(1));
    assertThat(driver.miner(miner).power().signum()).isZero();
  }

  @Test
  void chargesOnlyTheDailyFee_whenAFaultIsNew() {
    TokenAmount before = available();

    driver.openDeadline(miner, deadline);
    driver.closeDeadline(miner);

    TokenAmount fee = Economics.dailyFee(SECTOR);
    assertThat(available()).isEqualTo(before.minus(fee));
  }

  @Test
  void chargesThePenalty_whenASectorStaysFaultyThroughAnotherDeadline() {
    driver.openDeadline(miner, deadline);
    driver.closeDeadline(miner);
    TokenAmount before = available();

    driver.openDeadline(miner, deadline);
    driver.closeDeadline(miner);

    TokenAmount charge = Economics.continuedFaultPenalty(SECTOR).plus(Economics.dailyFee(SECTOR));
    assertThat(available()).isEqualTo(before.minus(charge));
  }

  /** What the miner owns beyond pledge and deposits; vesting funds pay penalties first. */
  private TokenAmount available() {
    TokenAmount balance = driver.chain().head().after().actor(miner).orElseThrow().balance();
    return balance
        .minus(driver.miner(miner).funds().initialPledge())
        .minus(driver.miner(miner).funds().feeDebt());
  }

  @Test
  void recoversTheSector_whenItIsDeclaredAndProven() {
    driver.openDeadline(miner, deadline);
    driver.closeDeadline(miner);

    Receipt declared =
        driver.send(
            Address.ofId(miner),
            TokenAmount.ZERO,
            MinerMethod.DECLARE_FAULTS_RECOVERED,
            new DeclareFaultsRecoveredParams(List.of(declaration())));
    assertThat(declared.exitCode()).isZero();
    assertThat(driver.miner(miner).union(MinerPartition::recoveries)).isEqualTo(BitField.of(1));
    driver.prove(miner, deadline, 0);

    assertThat(driver.miner(miner).union(MinerPartition::faults).isEmpty()).isTrue();
    assertThat(driver.miner(miner).power()).isEqualTo(SECTOR);
  }

  @Test
  void lapsesTheRecovery_whenItsWindowIsMissed() {
    driver.openDeadline(miner, deadline);
    driver.closeDeadline(miner);
    driver.send(
        Address.ofId(miner),
        TokenAmount.ZERO,
        MinerMethod.DECLARE_FAULTS_RECOVERED,
        new DeclareFaultsRecoveredParams(List.of(declaration())));

    driver.openDeadline(miner, deadline);
    driver.closeDeadline(miner);

    assertThat(driver.miner(miner).union(MinerPartition::recoveries).isEmpty()).isTrue();
    assertThat(driver.miner(miner).union(MinerPartition::faults)).isEqualTo(BitField.of(1));
  }

  @Test
  void refusesTheDeclaration_whenTheCutoffHasPassed() {
    DeadlineInfo open = driver.openDeadline(miner, deadline);
    assertThat(open.index()).isEqualTo(deadline);

    Receipt receipt =
        driver.send(
            Address.ofId(miner),
            TokenAmount.ZERO,
            MinerMethod.DECLARE_FAULTS,
            new DeclareFaultsParams(List.of(declaration())));

    assertThat(receipt.exitCode()).isEqualTo(16);
  }

  private SectorDeclaration declaration() {
    return new SectorDeclaration(deadline, 0, BitField.of(1));
  }

  private static PoStPartition partition(long index) {
    return new PoStPartition(index, BitField.empty());
  }
}
