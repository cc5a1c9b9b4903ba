package io.granary.devnet.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.devnet.ChainDriver;
import io.granary.devnet.FakeVerifier;
import io.granary.devnet.Policies;
import io.granary.devnet.chain.GenesisSpec;
import io.granary.devnet.policy.Economics;
import io.granary.devnet.state.LedgerCause;
import io.granary.devnet.state.MinerLedger;
import io.granary.devnet.state.MinerPartition;
import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DeclareFaultsParams;
import io.granary.protocol.actor.DeclareFaultsRecoveredParams;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PoStPartition;
import io.granary.protocol.actor.SectorDeclaration;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.DeadlineInfo;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What faults are counted as and what they cost (chain.md 5.2, 5.5). */
class LedgerTest {
  private static final ActorId MINER = new ActorId(1000);
  private static final int DEADLINE = 1;

  @TempDir Path directory;
  private ChainDriver driver;

  @BeforeEach
  void start() {
    driver =
        new ChainDriver(
            directory,
            Policies.with("fault-max-age = 100"),
            true,
            List.of(at(0), at(1), at(2), at(3)));
  }

  private static GenesisSpec.PreSealed at(long number) {
    var sealed = ChainDriver.preSealed(number);
    return new GenesisSpec.PreSealed(
        sealed.number(),
        sealed.sealProof(),
        sealed.commR(),
        sealed.commD(),
        OptionalInt.of(DEADLINE));
  }

  @AfterEach
  void stop() throws IOException {
    driver.close();
  }

  private MinerLedger ledger() {
    return driver.miner(MINER).ledger();
  }

  private long count(LedgerCause cause) {
    return ledger().of(cause).count();
  }

  private static TokenAmount continuedFault(long sectors) {
    return Economics.continuedFaultPenalty(BigInteger.valueOf(2048 * sectors));
  }

  /** Goes to a window of the deadline that is open from its start. */
  private DeadlineInfo open() {
    return driver.openDeadline(MINER, DEADLINE);
  }

  private void prove(DeadlineInfo open, long partition, long... skipped) {
    assertThat(
            driver
                .post(
                    MINER,
                    driver.postParams(
                        open,
                        FakeVerifier.good(ChainDriver.PROOF_BYTES),
                        new PoStPartition(partition, BitField.of(skipped))))
                .succeeded())
        .isTrue();
  }

  /** Proves both partitions once, whether the first window counted as proven or not. */
  private void proveAll() {
    driver.stepTo(driver.policy.provingPeriod());
    DeadlineInfo open = open();
    prove(open, 0);
    prove(open, 1);
    driver.closeDeadline(MINER);
  }

  @Test
  void placesSectorsWhereTheySay_whenGenesisNamesADeadline() {
    assertThat(driver.miner(MINER).deadlines().get(DEADLINE).partitions())
        .extracting(MinerPartition::all)
        .containsExactly(BitField.of(0, 1), BitField.of(2, 3));
  }

  @Test
  void missesNothing_whenTheFirstWindowCameTooEarly() {
    proveAll();

    assertThat(count(LedgerCause.MISSED_PARTITION)).isZero();
    assertThat(count(LedgerCause.CONTINUED_FAULT)).isZero();
  }

  @Test
  void countsAMissedPartitionWithoutACharge_thenChargesEachFurtherEnd() {
    proveAll();
    DeadlineInfo open = open();
    prove(open, 0);
    driver.closeDeadline(MINER);

    assertThat(count(LedgerCause.MISSED_PARTITION)).isEqualTo(1);
    assertThat(count(LedgerCause.MISSED_FAULT)).isEqualTo(2);
    assertThat(count(LedgerCause.CONTINUED_FAULT)).isZero();

    prove(open(), 0);
    driver.closeDeadline(MINER);

    assertThat(count(LedgerCause.MISSED_PARTITION)).isEqualTo(1);
    assertThat(ledger().of(LedgerCause.CONTINUED_FAULT))
        .isEqualTo(new MinerLedger.Entry(2, continuedFault(2)));
  }

  @Test
  void countsSkippedSectors_whenAProofLeavesThemOut() {
    proveAll();
    prove(open(), 0, 1);

    assertThat(count(LedgerCause.SKIPPED_FAULT)).isEqualTo(1);
    assertThat(driver.miner(MINER).union(MinerPartition::faults)).isEqualTo(BitField.of(1));
    driver.closeDeadline(MINER);
    // Faulty before the deadline ended: charged at this very end already.
    assertThat(ledger().of(LedgerCause.CONTINUED_FAULT).count()).isEqualTo(1);
  }

  private void declare(long method, long... sectors) {
    DeadlineInfo next =
        driver.miner(MINER).grid(driver.policy).nextNotElapsed(DEADLINE, driver.epoch() + 1);
    assertThat(driver.epoch() + 1).isLessThan(next.faultCutoff().value());
    List<SectorDeclaration> declarations =
        List.of(new SectorDeclaration(DEADLINE, 0, BitField.of(sectors)));
    assertThat(
            driver
                .send(
                    Address.ofId(MINER),
                    TokenAmount.ZERO,
                    method,
                    method == MinerMethod.DECLARE_FAULTS
                        ? new DeclareFaultsParams(declarations)
                        : new DeclareFaultsRecoveredParams(declarations))
                .succeeded())
        .isTrue();
  }

  @Test
  void countsDeclaredAndRecovered_whenAFaultIsHealed() {
    proveAll();
    declare(MinerMethod.DECLARE_FAULTS, 0);
    assertThat(count(LedgerCause.DECLARED_FAULT)).isEqualTo(1);
    declare(MinerMethod.DECLARE_FAULTS_RECOVERED, 0);
    DeadlineInfo open = open();
    prove(open, 0);
    prove(open, 1);
    driver.closeDeadline(MINER);

    assertThat(count(LedgerCause.RECOVERED)).isEqualTo(1);
    assertThat(count(LedgerCause.CONTINUED_FAULT)).isZero();
    assertThat(driver.miner(MINER).union(MinerPartition::faults).isEmpty()).isTrue();
  }

  @Test
  void lapsesARecovery_whenItsWindowIsMissed() {
    proveAll();
    declare(MinerMethod.DECLARE_FAULTS, 0);
    declare(MinerMethod.DECLARE_FAULTS_RECOVERED, 0);
    prove(open(), 1);
    driver.closeDeadline(MINER);

    assertThat(count(LedgerCause.LAPSED_RECOVERY)).isEqualTo(1);
    assertThat(count(LedgerCause.MISSED_PARTITION)).isEqualTo(1);
    assertThat(driver.miner(MINER).union(MinerPartition::recoveries).isEmpty()).isTrue();
  }

  @Test
  void terminatesWithAFee_whenAFaultIsTooOld() {
    proveAll();
    driver.stepTo(driver.epoch() + 200);

    assertThat(count(LedgerCause.TERMINATION)).isEqualTo(4);
    assertThat(ledger().of(LedgerCause.TERMINATION).amount().isZero()).isFalse();
    assertThat(driver.miner(MINER).union(MinerPartition::live).isEmpty()).isTrue();
  }

  @Test
  void forgetsWhatAReorgTookBack() {
    proveAll();
    DeadlineInfo open = open();
    prove(open, 0, 1);
    assertThat(count(LedgerCause.SKIPPED_FAULT)).isEqualTo(1);

    driver.chain().reorg(1, 0, true);

    assertThat(count(LedgerCause.SKIPPED_FAULT)).isZero();
  }
}
