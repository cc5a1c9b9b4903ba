package io.granary.devnet.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.devnet.ChainDriver;
import io.granary.devnet.FakeVerifier;
import io.granary.devnet.Policies;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.ProveCommitSectors3Params;
import io.granary.protocol.actor.SectorActivationManifest;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.signature.WalletKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolTest {
  private static final TokenAmount FEE_CAP = TokenAmount.ofAtto(200_000);

  @TempDir Path directory;
  private ChainDriver driver;
  private Chain chain;

  @BeforeEach
  void start() {
    driver = new ChainDriver(directory, Policies.demo());
    chain = driver.chain();
  }

  @AfterEach
  void stop() throws IOException {
    driver.close();
  }

  private SignedMessage message(long nonce, long premium) {
    Message message =
        new Message(
            driver.key.address(),
            driver.key.address(),
            nonce,
            TokenAmount.ZERO,
            2_000_000,
            FEE_CAP,
            TokenAmount.ofAtto(premium),
            0,
            Bytes.empty());
    return new SignedMessage(message, driver.key.sign(message.signingBytes()));
  }

  @Test
  void waitsForTheGap_whenANonceIsMissing() {
    SignedMessage later = message(1, 1000);
    chain.push(later);
    assertThat(chain.step(0).messages()).isEmpty();

    SignedMessage first = message(0, 1000);
    chain.push(first);

    assertThat(chain.step(0).messages()).containsExactly(first, later);
  }

  @Test
  void countsPendingMessages_whenTheNextNonceIsAsked() {
    chain.push(message(0, 1000));
    chain.push(message(2, 1000));

    assertThat(chain.nextNonce(driver.key.address())).isEqualTo(1);
  }

  @Test
  void replacesAMessage_whenThePremiumIsAQuarterHigher() {
    chain.push(message(0, 1000));

    assertThatThrownBy(() -> chain.push(message(0, 1250)))
        .isInstanceOf(PoolException.class)
        .hasMessageContaining("increase GasPremium to 1251");
    SignedMessage higher = message(0, 1251);
    chain.push(higher);

    assertThat(chain.pending()).containsExactly(higher);
  }

  @Test
  void findsTheReplacement_whenTheReplacedMessageIsLookedUp() {
    SignedMessage replaced = message(0, 1000);
    SignedMessage higher = message(0, 2000);
    chain.push(replaced);
    chain.push(higher);
    chain.step(0);
    chain.step(0);

    assertThat(chain.lookup(chain.head(), replaced, -1, false)).isEmpty();
    assertThat(chain.lookup(chain.head(), replaced, -1, true))
        .hasValueSatisfying(lookup -> assertThat(lookup.message()).isEqualTo(higher.cid()));
  }

  @Test
  void refusesAMessage_whenTheSenderCannotPayIt() {
    WalletKey poor = WalletKey.derive(Signature.Kind.BLS, "poor".getBytes(StandardCharsets.UTF_8));
    driver.included(driver.push(poor.address(), TokenAmount.ofAtto(5), 0, Bytes.empty()));

    assertThatThrownBy(
            () -> driver.push(poor, driver.key.address(), TokenAmount.ZERO, 0, Bytes.empty()))
        .isInstanceOf(PoolException.class)
        .hasMessageContaining("not enough funds");
  }

  @Test
  void burnsTheBaseFeeAndTipsTheProducer_whenAMessageIsIncluded() {
    TokenAmount burntBefore = balance(99);
    TokenAmount producerBefore = balance(1000);
    TokenAmount senderBefore = balance(100);
    chain.push(message(0, 1000));
    ExecutedTipSet made = chain.step(0);

    long used = made.receipts().get(0).gasUsed();
    TokenAmount burnt = TokenAmount.ofAtto(100).times(used);
    TokenAmount tip = TokenAmount.ofAtto(1000).times(2_000_000);
    assertThat(balance(99).minus(burntBefore)).isEqualTo(burnt);
    assertThat(balance(1000).minus(producerBefore)).isEqualTo(tip);
    assertThat(senderBefore.minus(balance(100))).isEqualTo(burnt.plus(tip));
  }

  private TokenAmount balance(long actor) {
    return chain.head().after().actor(new ActorId(actor)).orElseThrow().balance();
  }

  @Test
  void runsOutOfGas_whenTheLimitIsBelowTheUse() {
    Message message =
        new Message(
            driver.key.address(),
            driver.key.address(),
            0,
            TokenAmount.ZERO,
            500_000,
            FEE_CAP,
            TokenAmount.ofAtto(1000),
            0,
            Bytes.empty());
    chain.push(new SignedMessage(message, driver.key.sign(message.signingBytes())));

    Receipt receipt = chain.step(0).receipts().get(0);

    assertThat(receipt.exitCode()).isEqualTo(7);
    assertThat(receipt.gasUsed()).isEqualTo(500_000);
  }

  @Test
  void keepsTheMessage_whenNobodyCanJudgeItsProof() {
    ActorId miner = driver.createMiner();
    driver.preCommit(miner, driver.preCommitInfo(1));
    driver.stepTo(driver.epoch() + driver.policy.preCommitChallengeDelay());
    driver.verifier.dead = true;
    SignedMessage prove =
        driver.push(
            Address.ofId(miner),
            TokenAmount.ZERO,
            MinerMethod.PROVE_COMMIT_SECTORS_3,
            ProveCommitSectors3Params.of(
                    List.of(new SectorActivationManifest(new SectorNumber(1), List.of())),
                    List.of(FakeVerifier.good(192)))
                .toCbor());
    assertThat(chain.step(0).messages()).isEmpty();
    assertThat(chain.pending()).containsExactly(prove);

    driver.verifier.dead = false;

    assertThat(driver.included(prove).exitCode()).isZero();
  }
}
