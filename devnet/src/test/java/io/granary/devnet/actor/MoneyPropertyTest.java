package io.granary.devnet.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.devnet.ChainDriver;
import io.granary.devnet.FakeVerifier;
import io.granary.devnet.Policies;
import io.granary.devnet.state.ChainState;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.MinerPartition;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DeclareFaultsRecoveredParams;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PoStPartition;
import io.granary.protocol.actor.SectorDeclaration;
import io.granary.protocol.actor.WithdrawBalanceParams;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.DeadlineInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/**
 * Whatever a provider does, in whatever order and with good or bad proofs: no money appears or
 * vanishes, no balance is below what is locked in it, and the sets of every partition agree.
 */
class MoneyPropertyTest {
  private static final String SHORT =
      "max-prove-commit-duration = 20, expired-pre-commit-clean-up-delay = 5,"
          + " min-sector-lifetime = 60, fault-max-age = 90, vesting-duration = 200";

  /** One thing a provider may do next. */
  enum Deed {
    CREATE,
    PRECOMMIT,
    PROVE,
    PROVE_BADLY,
    POST,
    POST_BADLY,
    MISS,
    DECLARE_RECOVERED,
    DEPOSIT,
    WITHDRAW,
    REORG,
    NULL_ROUNDS
  }

  @Property(tries = 30)
  void keepsItsInvariants_afterAnySequenceOfDeeds(
      @ForAll boolean verifyAllPosts, @ForAll @Size(max = 40) List<Deed> deeds) throws IOException {
    Path directory = Files.createTempDirectory("devnet-money");
    try (ChainDriver driver =
        new ChainDriver(
            directory,
            Policies.with(SHORT),
            verifyAllPosts,
            List.of(ChainDriver.preSealed(0), ChainDriver.preSealed(1)))) {
      TokenAmount supply = supply(driver.chain().genesis().after());
      ActorId miner = driver.createMiner();
      long number = 1;
      for (Deed deed : deeds) {
        number = perform(driver, miner, deed, number);
        ChainState state = driver.chain().head().after();
        assertThat(supply(state)).isEqualTo(supply);
        state.miners().forEach(each -> requireSound(state, each));
      }
      ChainState before = driver.chain().head().after();
      driver.restart();
      assertThat(driver.chain().head().after().root()).isEqualTo(before.root());
    } finally {
      Files.deleteIfExists(directory.resolve("chain.log"));
      Files.deleteIfExists(directory);
    }
  }

  private static TokenAmount supply(ChainState state) {
    TokenAmount sum = TokenAmount.ZERO;
    for (long id = 0; id < 1100; id++) {
      sum =
          sum.plus(state.actor(new ActorId(id)).map(LedgerActor::balance).orElse(TokenAmount.ZERO));
    }
    return sum;
  }

  private static void requireSound(ChainState state, MinerState miner) {
    TokenAmount balance = state.actor(miner.id()).map(LedgerActor::balance).orElseThrow();
    assertThat(miner.funds().unlocked(balance).isNegative()).as("%s", miner.funds()).isFalse();
    assertThat(miner.funds().feeDebt().isNegative()).isFalse();
    for (var deadline : miner.deadlines()) {
      for (MinerPartition partition : deadline.partitions()) {
        BitField live = partition.live();
        assertThat(live.containsAll(partition.faults())).isTrue();
        assertThat(live.containsAll(partition.unproven())).isTrue();
        assertThat(partition.faults().containsAll(partition.recoveries())).isTrue();
        assertThat(partition.faults().intersect(partition.unproven()).isEmpty()).isTrue();
        BitField early = BitField.empty();
        for (BitField due : partition.earlyExpirations().values()) {
          assertThat(early.intersect(due).isEmpty()).isTrue();
          early = early.union(due);
        }
        assertThat(early).isEqualTo(partition.faults());
      }
    }
  }

  private static long perform(ChainDriver driver, ActorId miner, Deed deed, long number) {
    Address address = Address.ofId(miner);
    switch (deed) {
      case CREATE -> driver.createMiner();
      case PRECOMMIT -> {
        driver.preCommit(miner, driver.preCommitInfo(number));
        return number + 1;
      }
      case PROVE -> prove(driver, miner, number - 1, FakeVerifier.good(192));
      case PROVE_BADLY -> prove(driver, miner, number - 1, FakeVerifier.bad(192));
      case POST -> post(driver, miner, FakeVerifier.good(192));
      case POST_BADLY -> post(driver, miner, FakeVerifier.bad(192));
      case MISS -> driver.stepTo(driver.epoch() + driver.policy.provingPeriod());
      case DECLARE_RECOVERED -> declareAll(driver, miner);
      case DEPOSIT -> driver.included(driver.push(address, TokenAmount.ofFil(1), 0, Bytes.empty()));
      case WITHDRAW ->
          driver.send(
              address,
              TokenAmount.ZERO,
              MinerMethod.WITHDRAW_BALANCE,
              new WithdrawBalanceParams(TokenAmount.ofFil(2)));
      case REORG -> driver.chain().reorg(1, false);
      case NULL_ROUNDS -> driver.chain().step(7);
    }
    return number;
  }

  private static void prove(ChainDriver driver, ActorId miner, long number, Bytes proof) {
    driver.stepTo(driver.epoch() + driver.policy.preCommitChallengeDelay());
    driver.proveCommit(miner, number, proof);
  }

  private static void post(ChainDriver driver, ActorId miner, Bytes proof) {
    DeadlineInfo open = driver.miner(miner).grid(driver.policy).current(driver.epoch() + 1);
    if (open.challenge().value() <= driver.epoch()) {
      driver.post(miner, driver.postParams(open, proof, new PoStPartition(0, BitField.empty())));
    }
  }

  private static void declareAll(ChainDriver driver, ActorId miner) {
    List<SectorDeclaration> declarations = new ArrayList<>();
    for (int d = 0; d < driver.policy.deadlines(); d++) {
      var partitions = driver.miner(miner).deadlines().get(d).partitions();
      for (int p = 0; p < partitions.size(); p++) {
        if (!partitions.get(p).faults().isEmpty()) {
          declarations.add(new SectorDeclaration(d, p, partitions.get(p).faults()));
        }
      }
    }
    driver.send(
        Address.ofId(miner),
        TokenAmount.ZERO,
        MinerMethod.DECLARE_FAULTS_RECOVERED,
        new DeclareFaultsRecoveredParams(declarations));
  }
}
