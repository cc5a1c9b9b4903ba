package io.granary.devnet.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.devnet.ChainDriver;
import io.granary.devnet.FakeVerifier;
import io.granary.devnet.Policies;
import io.granary.devnet.policy.Economics;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.MinerPartition;
import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.SectorDeclaration;
import io.granary.protocol.actor.TerminateSectorsParams;
import io.granary.protocol.actor.WithdrawBalanceParams;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.chain.Receipt;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How precommits and sectors end, and what a miner may take out. */
class LifetimeTest {
  private static final ActorId BURNT = new ActorId(99);
  private static final BigInteger SECTOR = BigInteger.valueOf(2048);

  /** A chain on which everything ends within some hundred epochs. */
  private static final String SHORT =
      "max-prove-commit-duration = 20, expired-pre-commit-clean-up-delay = 5,"
          + " min-sector-lifetime = 60, fault-max-age = 90, vesting-duration = 200";

  @TempDir Path directory;
  private ChainDriver driver;
  private ActorId miner;

  @BeforeEach
  void start() {
    driver = new ChainDriver(directory, Policies.with(SHORT));
    miner = driver.createMiner();
  }

  @AfterEach
  void stop() throws IOException {
    driver.close();
  }

  private TokenAmount balance(ActorId id) {
    return driver.chain().head().after().actor(id).map(LedgerActor::balance).orElseThrow();
  }

  @Test
  void burnsTheDeposit_whenAPrecommitIsNeverProven() {
    driver.preCommit(miner, driver.preCommitInfo(1));
    TokenAmount deposit = driver.miner(miner).funds().preCommitDeposits();
    long limit = driver.epoch() + driver.policy.proveCommitLimit() + 5;
    driver.stepTo(limit);
    assertThat(driver.miner(miner).preCommits()).containsKey(1L);
    TokenAmount burntBefore = balance(BURNT);

    driver.stepTo(limit + driver.policy.challengeWindow());

    assertThat(driver.miner(miner).preCommits()).isEmpty();
    assertThat(driver.miner(miner).funds().preCommitDeposits()).isEqualTo(TokenAmount.ZERO);
    assertThat(balance(BURNT)).isEqualTo(burntBefore.plus(deposit));
    assertThat(driver.miner(miner).allocated().contains(1)).isTrue();
  }

  @Test
  void refusesTheProof_whenItsTimeIsOver() {
    driver.preCommit(miner, driver.preCommitInfo(1));
    driver.stepTo(driver.epoch() + driver.policy.proveCommitLimit());

    Receipt late = driver.proveCommit(miner, 1, FakeVerifier.good(ChainDriver.PROOF_BYTES));

    assertThat(late.exitCode()).isEqualTo(16);
    assertThat(driver.verifier.seals).isEmpty();
  }

  @Test
  void terminatesTheSector_whenItWasFaultyTooLong() {
    driver.commit(miner, 1);
    long deadline = driver.locate(miner, 1).deadline();
    driver.openDeadline(miner, deadline);
    driver.closeDeadline(miner);
    long early =
        driver
            .miner(miner)
            .deadlines()
            .get((int) deadline)
            .partitions()
            .get(0)
            .earlyExpirations()
            .firstKey();
    assertThat(early).isEqualTo(driver.epoch() + 90);

    driver.stepTo(early - 1);
    assertThat(driver.miner(miner).union(MinerPartition::live)).isEqualTo(BitField.of(1));
    driver.stepTo(early);

    assertThat(driver.miner(miner).union(MinerPartition::live).isEmpty()).isTrue();
    assertThat(driver.miner(miner).funds().initialPledge()).isEqualTo(TokenAmount.ZERO);
  }

  @Test
  void releasesThePledgeWithoutFee_whenASectorEndsOnTime() {
    driver.commit(miner, 1);
    long deadline = driver.locate(miner, 1).deadline();
    long end =
        driver
            .miner(miner)
            .grid(driver.policy)
            .quantizeUp(driver.sector(miner, 1).expiration().value(), deadline);
    while (driver.epoch() + driver.policy.provingPeriod() < end) {
      assertThat(driver.prove(miner, deadline, 0).exitCode()).isZero();
      driver.closeDeadline(miner);
    }
    assertThat(driver.prove(miner, deadline, 0).exitCode()).isZero();
    driver.stepTo(end - 1);
    assertThat(driver.miner(miner).power()).isEqualTo(SECTOR);
    TokenAmount free = driver.miner(miner).funds().available(balance(miner));

    driver.stepTo(end);

    assertThat(driver.miner(miner).power().signum()).isZero();
    assertThat(driver.miner(miner).funds().available(balance(miner)))
        .isEqualTo(free.plus(Economics.initialPledge(SECTOR)).minus(Economics.dailyFee(SECTOR)));
  }

  @Test
  void chargesTheFee_whenASectorIsTerminatedByMessage() {
    driver.commit(miner, 1);
    long deadline = driver.locate(miner, 1).deadline();
    driver.prove(miner, deadline, 0);
    TerminateSectorsParams params =
        new TerminateSectorsParams(List.of(new SectorDeclaration(deadline, 0, BitField.of(1))));
    assertThat(terminate(params).exitCode()).as("open deadline").isEqualTo(16);
    driver.closeDeadline(miner);
    TokenAmount before = balance(miner);
    long age = driver.epoch() + 1 - driver.sector(miner, 1).activation().value();

    assertThat(terminate(params).exitCode()).isZero();

    TokenAmount fee = Economics.terminationFee(Economics.initialPledge(SECTOR), age, SECTOR);
    assertThat(before.minus(balance(miner))).isEqualTo(fee);
    assertThat(driver.miner(miner).funds().initialPledge()).isEqualTo(TokenAmount.ZERO);
    assertThat(driver.miner(miner).sectors()).containsKey(1L);
  }

  private Receipt terminate(TerminateSectorsParams params) {
    return driver.send(
        Address.ofId(miner), TokenAmount.ZERO, MinerMethod.TERMINATE_SECTORS, params);
  }

  @Test
  void paysWhatIsAvailable_whenMoreIsWithdrawn() {
    Receipt receipt =
        driver.send(
            Address.ofId(miner),
            TokenAmount.ZERO,
            MinerMethod.WITHDRAW_BALANCE,
            new WithdrawBalanceParams(TokenAmount.ofFil(500)));

    TokenAmount paid =
        CborReader.decode(receipt.returnValue(), "paid", reader -> reader.amount(""));
    assertThat(paid.compareTo(TokenAmount.ofFil(1))).isNotNegative();
    assertThat(balance(miner)).isEqualTo(driver.miner(miner).funds().vesting());
    assertThat(driver.miner(miner).funds().vesting().isZero()).isFalse();
  }

  @Test
  void releasesTheCreationDeposit_whenItHasVested() {
    driver.stepTo(driver.epoch() + 200 + driver.policy.challengeWindow());

    assertThat(driver.miner(miner).funds().vesting()).isEqualTo(TokenAmount.ZERO);
  }
}
