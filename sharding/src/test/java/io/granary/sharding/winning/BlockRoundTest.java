package io.granary.sharding.winning;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.port.MinerRoster;
import io.granary.protocol.port.WinningProver;
import io.granary.protocol.winning.MinedBlock;
import io.granary.protocol.winning.RoundTiming;
import io.granary.protocol.winning.WinningDraws;
import io.granary.protocol.winning.WinningFixtures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** One round against a scripted chain: what is signed, claimed and sent, and in which order. */
class BlockRoundTest {
  private static final TipSet GRANDPARENT = WinningFixtures.tipSet(98, 2970, 9);
  private static final TipSet BASE = WinningFixtures.tipSet(GRANDPARENT.key(), 99, 990, 3000, 1, 2);
  private static final RoundTiming TIMING =
      new RoundTiming(Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(2));
  private static final Bytes PROOF = Bytes.of(new byte[192]);

  private final ScriptedChain chain = new ScriptedChain(BASE);
  private final MemoryFence fence = new MemoryFence();
  private final List<Instant> waits = new ArrayList<>();
  private Instant now = Instant.ofEpochSecond(3010);
  private WinningProver prover =
      (miner, type, round, randomness, sector) -> CompletableFuture.completedStage(PROOF);
  private int claims;

  @Test
  void claimsThenSignsThenSendsAtTheEpochsTime_whenTheMinerWins() {
    RoundResult result = run(BASE, 0);

    MinedBlock block = ((RoundResult.Claimed) result).block();
    assertThat(block.outcome()).isEqualTo(MinedBlock.Outcome.SUBMITTED);
    assertThat(block.winCount()).isPositive();
    assertThat(block.submittedMillis()).isEqualTo(30_000);
    assertThat(chain.templates).hasSize(1);
    assertThat(chain.templates.get(0).timestamp()).isEqualTo(3030);
    assertThat(chain.templates.get(0).winningPoStProof().get(0).proof()).isEqualTo(PROOF);
    assertThat(chain.submitted).hasSize(1);
    assertThat(waits).endsWith(Instant.ofEpochSecond(3030));
    assertThat(fence.rows()).containsExactly(block);
    assertThat(chain.asked)
        .containsSubsequence("miningBaseInfo", "walletSign", "head", "createBlock", "submitBlock");
  }

  @Test
  void doesNothing_whenTheMinerMayNot() {
    chain.info = Optional.empty();
    assertThat(run(BASE, 0)).isInstanceOf(RoundResult.NotEligible.class);
    chain.info = Optional.of(ScriptedChain.info(false, 1000));
    assertThat(run(BASE, 0)).isInstanceOf(RoundResult.NotEligible.class);
    assertThat(chain.signed).isEmpty();
  }

  @Test
  void stopsAfterTheElection_whenItIsLost() {
    chain.info = Optional.of(ScriptedChain.info(true, 0));
    assertThat(run(BASE, 0)).isInstanceOf(RoundResult.Lost.class);
    assertThat(chain.signed).hasSize(1);
    assertThat(fence.rows()).isEmpty();
  }

  @Test
  void claimsNothing_whenThereIsNoVerifiedProof() {
    prover =
        (miner, type, round, randomness, sector) ->
            CompletableFuture.failedStage(new IllegalStateException("does not verify"));
    assertThat(run(BASE, 0)).isEqualTo(new RoundResult.Failed("proving", "does not verify"));
    assertThat(fence.rows()).isEmpty();
    assertThat(chain.templates).isEmpty();
  }

  @Test
  void signsNothing_whenAnotherProducerHoldsTheEpoch() {
    run(BASE, 0);
    assertThat(run(BASE, 0)).isInstanceOf(RoundResult.Refused.class);
    assertThat(run(BASE, 1)).isInstanceOf(RoundResult.Refused.class);
    assertThat(chain.templates).hasSize(1);
    assertThat(chain.submitted).hasSize(1);
  }

  @Test
  void buildsOnWhatBothHeadsHold_withANewTicket() {
    TipSet less = WinningFixtures.tipSet(GRANDPARENT.key(), 99, 990, 3000, 2, 3);
    chain.head = less;
    run(BASE, 0);
    TipSetKey common = new TipSetKey(List.of(BASE.key().cids().get(1)));
    assertThat(chain.templates.get(0).parents()).isEqualTo(common);
    TipSet built = new TipSet(common, List.of(BASE.blocks().get(1)), BASE.height());
    assertThat(chain.templates.get(0).ticketVrfProof())
        .isEqualTo(
            WinningDraws.ticket(
                WinningFixtures.MINER,
                RoundTiming.epoch(BASE, 0),
                chain.info.orElseThrow(),
                built));
  }

  @Test
  void takesTheHeavierBase_whenNoBlockIsShared() {
    TipSet heavier = WinningFixtures.tipSet(GRANDPARENT.key(), 99, 991, 3000, 3);
    assertThat(BlockRound.parents(BASE, heavier)).contains(heavier);
    TipSet lighter = WinningFixtures.tipSet(GRANDPARENT.key(), 99, 989, 3000, 3);
    assertThat(BlockRound.parents(BASE, lighter)).contains(BASE);
  }

  @Test
  void givesUp_whenTheHeadHasGoneOn() {
    chain.head = WinningFixtures.tipSet(BASE.key(), 100, 1000, 3030, 1);
    assertThat(run(BASE, 0)).isInstanceOf(RoundResult.Moved.class);
    assertThat(fence.rows()).isEmpty();
  }

  @Test
  void signsNothing_whenTheEpochIsOver() {
    now = Instant.ofEpochSecond(3061);
    assertThat(run(BASE, 0)).isInstanceOf(RoundResult.Failed.class);
    assertThat(fence.rows()).isEmpty();
  }

  @Test
  void keepsTheReason_whenTheNodeRefusesTheBlock() {
    chain.submitFails = Optional.of(new IllegalStateException("block is not valid"));
    MinedBlock block = ((RoundResult.Claimed) run(BASE, 0)).block();
    assertThat(block.outcome()).isEqualTo(MinedBlock.Outcome.FAILED);
    assertThat(block.detail()).isEqualTo("submitting the block: block is not valid");
    assertThat(block.block()).isPresent();
    assertThat(fence.rows()).containsExactly(block);
  }

  @Test
  void makesNoSecondBlock_whenTheFirstCouldNotBeMade() {
    chain.createFails = Optional.of(new IllegalStateException("connection lost"));
    MinedBlock block = ((RoundResult.Claimed) run(BASE, 0)).block();
    assertThat(block.outcome()).isEqualTo(MinedBlock.Outcome.FAILED);
    chain.createFails = Optional.empty();
    assertThat(run(BASE, 0)).isInstanceOf(RoundResult.Refused.class);
    assertThat(chain.templates).hasSize(1);
  }

  private RoundResult run(TipSet base, long nullRounds) {
    return new BlockRound(
            WinningFixtures.MINER,
            new WinningPorts(
                chain.gateway(), fence, prover, new NoRoster(), () -> now, () -> "c" + ++claims),
            TIMING,
            this::waitUntil,
            List.of(),
            base,
            nullRounds)
        .run()
        .toCompletableFuture()
        .join();
  }

  private CompletionStage<Instant> waitUntil(Instant time) {
    waits.add(time);
    now = now.isBefore(time) ? time : now;
    return CompletableFuture.completedStage(now);
  }

  private static final class NoRoster implements MinerRoster {
    @Override
    public CompletionStage<Void> add(ActorId miner) {
      throw new UnsupportedOperationException("add");
    }

    @Override
    public CompletionStage<List<ActorId>> all() {
      return CompletableFuture.completedStage(List.of());
    }
  }
}
