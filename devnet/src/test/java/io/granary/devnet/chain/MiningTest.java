package io.granary.devnet.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.devnet.ChainDriver;
import io.granary.devnet.FakeVerifier;
import io.granary.devnet.Policies;
import io.granary.devnet.TestMiner;
import io.granary.devnet.policy.Economics;
import io.granary.devnet.state.MinerFunds;
import io.granary.devnet.state.MinerPartition;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DeclareFaultsRecoveredParams;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PoStPartition;
import io.granary.protocol.actor.SectorDeclaration;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.BlockMessage;
import io.granary.protocol.chain.DeadlineInfo;
import io.granary.protocol.chain.ElectionProof;
import io.granary.protocol.chain.HeadChange;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.SignedMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks of other miners. The driver's key is the worker of all of them. */
class MiningTest {
  private static final ActorId GENESIS = new ActorId(1000);

  @TempDir Path directory;
  private ChainDriver driver;
  private Chain chain;
  private ActorId miner;
  private TestMiner provider;

  @BeforeEach
  void start() throws IOException {
    driver =
        new ChainDriver(
            directory,
            Policies.with("consensus-lookback = 2"),
            true,
            List.of(ChainDriver.preSealed(0)));
    miner = driver.createMiner();
    driver.commit(miner, 1);
    SectorLocation at = driver.locate(miner, 1);
    assertThat(driver.prove(miner, at.deadline(), at.partition()).succeeded()).isTrue();
    driver.stepTo(driver.epoch() + 3);
    chain = driver.chain();
    provider = new TestMiner(chain, driver.key, miner);
  }

  @AfterEach
  void stop() throws IOException {
    driver.close();
  }

  /** A block of the provider for the next round it wins, not yet submitted. */
  private BlockMessage winningBlock() {
    return provider.nextBlock(FakeVerifier.good(ChainDriver.PROOF_BYTES));
  }

  @Test
  void hasNoBaseInfo_whenThePowerIsNotInTheLookback() {
    ActorId fresh = driver.createMiner();

    assertThat(chain.lottery().baseInfo(chain.head(), chain.round(), fresh)).isEmpty();
    assertThat(chain.lottery().baseInfo(chain.head(), chain.round(), miner))
        .hasValueSatisfying(info -> assertThat(info.eligible()).isTrue());
  }

  @Test
  void joinsTheTipset_whenABlockIsSubmittedInTime() {
    BlockMessage block = winningBlock();
    chain.submit(block);
    assertThat(chain.head().height()).isLessThan(block.header().height().value());

    ExecutedTipSet made = chain.step(0);

    assertThat(made.tipSet().blocks()).hasSize(2);
    assertThat(made.key().cids()).contains(block.cid());
    assertThat(made.tipSet().blocks())
        .extracting(BlockHeader::miner)
        .containsExactlyInAnyOrder(Address.ofId(GENESIS), Address.ofId(miner));
    assertThat(driver.verifier.winning).hasSize(1);
    assertThat(driver.verifier.winning.get(0).sectors()).hasSize(1);
    chain.step(0);
    assertThat(chain.head().tipSet().parents()).isEqualTo(made.key());
  }

  @Test
  void locksThreeQuartersOfTheReward_whenABlockLands() {
    BlockMessage block = winningBlock();
    chain.submit(block);
    TokenAmount balance = balance();
    MinerFunds funds = driver.miner(miner).funds();
    chain.step(0);

    TokenAmount reward = balance().minus(balance);
    TokenAmount perWin = Economics.blockReward(chain.head().before().totalPower());
    assertThat(reward)
        .isEqualTo(perWin.times(block.header().electionProof().orElseThrow().winCount()));
    assertThat(reward.isZero()).isFalse();
    assertThat(driver.miner(miner).funds())
        .isEqualTo(
            funds.locking(
                Economics.lockedOfReward(reward), driver.epoch(), driver.policy.vestingDuration()));
  }

  private TokenAmount balance() {
    return chain.head().after().actor(miner).orElseThrow().balance();
  }

  @Test
  void takesTheSameBlockTwice_whenItIsSubmittedAgain() {
    BlockMessage block = winningBlock();
    chain.submit(block);
    chain.submit(block);
    chain.step(0);
    chain.submit(block);

    assertThat(chain.head().tipSet().blocks()).hasSize(2);
  }

  @Test
  void refusesTheGoodBlock_whenABadOneOfTheHeightCameFirst() {
    BlockMessage good = winningBlock();
    BlockMessage bad = provider.blockAgain(FakeVerifier.bad(ChainDriver.PROOF_BYTES));
    assertThatThrownBy(() -> chain.submit(bad))
        .isInstanceOf(BlockRefusedException.class)
        .hasMessageContaining("invalid election post");

    assertThatThrownBy(() -> chain.submit(good))
        .isInstanceOf(BlockRefusedException.class)
        .hasMessage("<!!> SLASH FILTER DETECTED FAULT due to witness " + bad.cid());
    assertThat(chain.step(0).tipSet().blocks()).hasSize(1);
  }

  @Test
  void refusesABlock_whenItsWinCountIsClaimedTooHigh() {
    BlockHeader good = winningBlock().header();
    ElectionProof election = good.electionProof().orElseThrow();
    ElectionProof claimed = new ElectionProof(election.winCount() + 1, election.vrfProof());
    refuse(provider.with(good, claimed, good.timestamp(), good.parentBaseFee()), "wins");
  }

  @Test
  void refusesABlock_whenItsTimeStampIsAnotherRounds() {
    BlockHeader good = winningBlock().header();
    refuse(
        provider.with(
            good, good.electionProof().orElseThrow(), good.timestamp() + 1, good.parentBaseFee()),
        "wrong timestamp");
  }

  @Test
  void refusesABlock_whenItsBaseFeeIsAnother() {
    BlockHeader good = winningBlock().header();
    refuse(
        provider.with(
            good, good.electionProof().orElseThrow(), good.timestamp(), TokenAmount.ofAtto(101)),
        "base fee doesn't match");
  }

  @Test
  void refusesABlock_whenItsElectionIsSomeoneElses() {
    BlockHeader good = winningBlock().header();
    ElectionProof forged = new ElectionProof(1, driver.key.sign(Bytes.of(new byte[32])).data());
    refuse(provider.with(good, forged, good.timestamp(), good.parentBaseFee()), "vrf was invalid");
  }

  @Test
  void refusesABlock_whenItIsForALaterRound() {
    BlockMessage later = provider.blockFor(chain.head(), chain.round() + 1).orElseThrow();

    refuse(later, "from the future");
  }

  private void refuse(BlockMessage block, String text) {
    assertThatThrownBy(() -> chain.submit(block))
        .isInstanceOf(BlockRefusedException.class)
        .hasMessageContaining(text);
    assertThat(chain.step(0).tipSet().blocks()).hasSize(1);
  }

  @Test
  void isNotEligible_whenItOwesFees() {
    // Two windows missed: the second one charges more than there is.
    driver.stepTo(driver.epoch() + 2 * driver.policy.provingPeriod() + 2);

    assertThat(driver.miner(miner).power().signum()).isZero();
    Optional<Boolean> eligible =
        chain.lottery().baseInfo(chain.head(), chain.round(), miner).map(info -> info.eligible());
    assertThat(eligible.orElse(false)).isFalse();
  }

  @Test
  void executesAMessageOnce_whenTwoBlocksHaveIt() {
    SignedMessage signed = driver.push(driver.key.address(), TokenAmount.ZERO, 0, Bytes.empty());
    BlockMessage block = winningBlock();
    assertThat(block.blsMessages()).contains(signed.cid());
    chain.submit(block);

    ExecutedTipSet made = chain.step(0);

    assertThat(made.tipSet().blocks()).hasSize(2);
    assertThat(made.messages()).containsExactly(signed);
    assertThat(made.receipts()).hasSize(1);
    assertThat(chain.pending()).isEmpty();
    made.key()
        .cids()
        .forEach(
            cid ->
                assertThat(chain.findBlock(cid).orElseThrow().messages()).containsExactly(signed));
  }

  @Test
  void movesTheHead_whenALateBlockMakesItsTipsetHeavier() {
    BlockMessage late = winningBlock();
    ExecutedTipSet alone = chain.step(0);
    List<HeadChange> changes = new ArrayList<>();
    chain.subscribe(changes::add);

    chain.submit(late);

    assertThat(chain.head().tipSet().blocks()).hasSize(2);
    assertThat(chain.head().height()).isEqualTo(alone.height());
    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).reverted()).containsExactly(alone.tipSet());
    assertThat(changes.get(0).applied()).containsExactly(chain.head().tipSet());
  }

  @Test
  void keepsTheHead_whenALateBlockIsOnALighterBranch() {
    BlockMessage late = winningBlock();
    chain.step(0);
    chain.step(0);
    ExecutedTipSet head = chain.step(0);

    chain.submit(late);

    assertThat(chain.head()).isEqualTo(head);
    assertThat(chain.findBlock(late.cid())).isPresent();
  }

  @Test
  void goesOnWithTwoBlocks_whenStartedAgain() throws IOException {
    chain.submit(winningBlock());
    chain.step(0);
    ExecutedTipSet head = chain.step(0);

    driver.restart();

    assertThat(driver.chain().head()).isEqualTo(head);
    assertThat(driver.chain().head().below().orElseThrow().tipSet().blocks()).hasSize(2);
    assertThat(driver.chain().head().after().root()).isEqualTo(head.after().root());
  }

  @Test
  void leavesNullRounds_whenOnlyMinersProduceAndNobodySubmits() {
    chain.produceBy(BlockProduction.MINERS);
    ExecutedTipSet head = chain.head();
    List<Long> rounds = new ArrayList<>();
    chain.subscribeRounds(rounds::add);

    assertThat(chain.step(0)).isEqualTo(head);
    assertThat(chain.step(0)).isEqualTo(head);

    assertThat(chain.round()).isEqualTo(head.height() + 3);
    assertThat(rounds).containsExactly(head.height() + 2, head.height() + 3);
    BlockMessage block = winningBlock();
    chain.submit(block);
    assertThat(chain.step(0).key().cids()).containsExactly(block.cid());
    assertThat(chain.head().height()).isGreaterThanOrEqualTo(head.height() + 3);
  }

  @Test
  void leavesItsOwnBlockOut_whenTheGenesisMinerSubmittedOne() {
    // Its sector, never proven, has lost its power: prove it first.
    DeadlineInfo unused = proveGenesisSector();
    driver.stepTo(driver.epoch() + 3);
    TestMiner genesis = new TestMiner(chain, driver.key, GENESIS);
    BlockMessage block = genesis.nextBlock(FakeVerifier.good(ChainDriver.PROOF_BYTES));
    chain.submit(block);

    assertThat(chain.step(0).key().cids()).containsExactly(block.cid());
  }

  private DeadlineInfo proveGenesisSector() {
    SectorLocation at = driver.locate(GENESIS, 0);
    if (!driver.miner(GENESIS).union(MinerPartition::faults).isEmpty()) {
      return healGenesisSector(at);
    }
    DeadlineInfo open = driver.openDeadline(GENESIS, at.deadline());
    driver.post(
        GENESIS,
        driver.postParams(
            open,
            FakeVerifier.good(ChainDriver.PROOF_BYTES),
            new PoStPartition(at.partition(), BitField.empty())));
    return open;
  }

  private DeadlineInfo healGenesisSector(SectorLocation at) {
    DeadlineInfo next =
        driver.miner(GENESIS).grid(driver.policy).nextNotElapsed(at.deadline(), driver.epoch() + 1);
    if (driver.epoch() + 1 >= next.faultCutoff().value()) {
      driver.stepTo(next.close().value() + 1);
    }
    driver.send(
        Address.ofId(GENESIS),
        TokenAmount.ZERO,
        MinerMethod.DECLARE_FAULTS_RECOVERED,
        new DeclareFaultsRecoveredParams(
            List.of(new SectorDeclaration(at.deadline(), at.partition(), BitField.of(0)))));
    DeadlineInfo open = driver.openDeadline(GENESIS, at.deadline());
    driver.post(
        GENESIS,
        driver.postParams(
            open,
            FakeVerifier.good(ChainDriver.PROOF_BYTES),
            new PoStPartition(at.partition(), BitField.empty())));
    return open;
  }
}
