package io.granary.devnet.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.devnet.ChainDriver;
import io.granary.devnet.FakeVerifier;
import io.granary.devnet.Policies;
import io.granary.devnet.policy.Economics;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.MinerPartition;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DisputeWindowedPoStParams;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PoStPartition;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.DeadlineInfo;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.signature.WalletKey;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mainnet's optimistic acceptance of window PoSts and its disputes (chain.md 5.3, 5.5). */
class DisputeTest {
  private final WalletKey disputer =
      WalletKey.derive(Signature.Kind.SECP256K1, "anyone".getBytes(StandardCharsets.UTF_8));

  @TempDir Path directory;
  private ChainDriver driver;
  private ActorId miner;
  private long deadline;

  @BeforeEach
  void commitOneSector() {
    driver = new ChainDriver(directory, Policies.demo(), false, List.of());
    miner = driver.createMiner();
    driver.commit(miner, 1);
    deadline = driver.locate(miner, 1).deadline();
    driver.included(driver.push(disputer.address(), TokenAmount.ofFil(10), 0, Bytes.empty()));
  }

  @AfterEach
  void stop() throws IOException {
    driver.close();
  }

  private void post(boolean good) {
    DeadlineInfo open = driver.openDeadline(miner, deadline);
    Receipt receipt =
        driver.post(
            miner,
            driver.postParams(
                open,
                good ? FakeVerifier.good(192) : FakeVerifier.bad(192),
                new PoStPartition(0, BitField.empty())));
    assertThat(receipt.exitCode()).isZero();
  }

  private Receipt dispute() {
    return driver.included(
        driver.push(
            disputer,
            Address.ofId(miner),
            TokenAmount.ZERO,
            MinerMethod.DISPUTE_WINDOWED_POST,
            new DisputeWindowedPoStParams(deadline, 0).toCbor()));
  }

  @Test
  void grantsPowerUnseen_whenABadProofArrives() {
    post(false);

    assertThat(driver.verifier.posts).isEmpty();
    assertThat(driver.miner(miner).power()).isEqualTo(BigInteger.valueOf(2048));
  }

  @Test
  void refusesTheDispute_whenTheWindowIsStillOpen() {
    post(false);

    assertThat(dispute().exitCode()).isEqualTo(18);
  }

  @Test
  void refusesTheDispute_whenTheProofIsGood() {
    post(true);
    driver.closeDeadline(miner);

    assertThat(dispute().exitCode()).isEqualTo(16);
    assertThat(driver.verifier.posts).hasSize(1);
  }

  @Test
  void makesSectorsFaultyAndPaysTheDisputer_whenTheProofIsBad() {
    driver.included(driver.push(Address.ofId(miner), TokenAmount.ofFil(9), 0, Bytes.empty()));
    post(false);
    driver.closeDeadline(miner);
    TokenAmount before = balance(disputer.address());
    TokenAmount minerBefore = driver.miner(miner).funds().available(balance(Address.ofId(miner)));

    Receipt receipt = dispute();

    assertThat(receipt.exitCode()).isZero();
    assertThat(driver.miner(miner).union(MinerPartition::faults)).isEqualTo(BitField.of(1));
    assertThat(driver.miner(miner).power().signum()).isZero();
    TokenAmount gain = balance(disputer.address()).minus(before);
    assertThat(gain.compareTo(TokenAmount.ofFil(3))).isPositive();
    assertThat(gain.compareTo(Economics.DISPUTE_REWARD)).isNegative();
    TokenAmount after = driver.miner(miner).funds().available(balance(Address.ofId(miner)));
    TokenAmount charged = minerBefore.minus(after);
    assertThat(charged)
        .isGreaterThanOrEqualTo(
            Economics.invalidPoStPenalty(BigInteger.valueOf(2048))
                .plus(Economics.DISPUTE_REWARD)
                .minus(Economics.creationDeposit(driver.policy)));
    assertThat(driver.miner(miner).funds().feeDebt().isZero()).isFalse();
    assertThat(driver.preCommit(miner, driver.preCommitInfo(2)).exitCode()).isEqualTo(19);
  }

  private TokenAmount balance(Address address) {
    return driver.chain().head().after().actor(address).map(LedgerActor::balance).orElseThrow();
  }
}
