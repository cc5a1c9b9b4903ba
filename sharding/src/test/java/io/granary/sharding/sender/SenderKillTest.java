package io.granary.sharding.sender;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.persistence.testkit.JournalOperation;
import akka.persistence.testkit.ProcessingPolicy;
import akka.persistence.testkit.ProcessingResult;
import akka.persistence.testkit.ProcessingSuccess;
import akka.persistence.testkit.StorageFailure;
import akka.persistence.testkit.WriteEvents;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.sender.SenderEvent;
import io.granary.sharding.chain.MemoryChain;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A sender is stopped between any two steps, again and again: before or after a call of the chain,
 * the wallet or the store has had its effect, before or after an event is written. However often,
 * each intent ends as exactly one message, the nonces have no gap, and none was given away twice
 * and lost again; with every other seed the store lets every claim pass, so that the sender's own
 * memory has to do.
 */
class SenderKillTest {
  private static final int INTENTS = 4;
  private static final int DEATHS = 8;
  private static final int STEPS_MAX = 40;

  /** A base fee at which the stage's messages cost one FIL: only a proof near its close pays. */
  private static final long DEAR = 1_000_000_000_000L;

  /** Far enough not to be given up, near enough to be urgent soon. */
  private static final long PROOF_USEFUL = 45;

  private static ActorTestKit kit;
  private static PersistenceTestKit journal;

  @BeforeAll
  static void startKit() {
    kit = ActorTestKit.create(SenderStage.CONFIG);
    journal = PersistenceTestKit.create(kit.system());
  }

  @AfterAll
  static void stopKit() {
    kit.shutdownTestKit();
  }

  static Stream<Long> seeds() {
    return LongStream.range(0, Long.getLong("granary.kill.seeds", 60)).boxed();
  }

  /** Counts the steps of one life. */
  private static final class Lifespan extends MemoryChain.Interruptor {
    private int left = Integer.MAX_VALUE;

    synchronized void set(int steps) {
      left = steps;
    }

    @Override
    public synchronized boolean passes() {
      if (left > 0) {
        left--;
      }
      return left > 0;
    }
  }

  /** A write is one step too: a death before it loses the event, a death after it does not. */
  private static final class MortalJournal implements ProcessingPolicy<JournalOperation> {
    private final Lifespan life;

    private MortalJournal(Lifespan life) {
      this.life = life;
    }

    @Override
    public ProcessingResult tryProcess(String persistenceId, JournalOperation operation) {
      if (!(operation instanceof WriteEvents)) {
        return ProcessingSuccess.getInstance();
      }
      if (!life.passes()) {
        return StorageFailure.create();
      }
      life.passes();
      return ProcessingSuccess.getInstance();
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void oneMessageAnIntentAndNoGap_whenStoppedBetweenAnySteps(long seed) {
    live(seed, seed, false);
  }

  /**
   * The same while the base fee leaps and falls and the pool stands still at times: messages are
   * priced anew again and again, and those that block a proof are lifted.
   */
  @ParameterizedTest
  @MethodSource("seeds")
  void oneMessageAnIntentAndNoGap_whenStoppedAmidReplacementsAndUnblocking(long seed) {
    live(seed + 1_000_000, seed, true);
  }

  private void live(long name, long seed, boolean storm) {
    Random random = new Random(seed);
    Lifespan life = new Lifespan();
    journal.withPolicy(new MortalJournal(life));
    Address address =
        Address.ofActor(Bytes.of(ByteBuffer.allocate(9).put((byte) 9).putLong(name).array()));
    SenderStage stage = new SenderStage(kit, address);
    stage.chain.interruptBy(life);
    stage.fence.interruptor = life;
    stage.fence.open = seed % 2 == 1;
    List<MessageIntent> intents = new ArrayList<>();
    for (int i = 0; i < INTENTS; i++) {
      intents.add(
          storm && i % 2 == 1
              ? stage.intent("seed" + seed + "/" + i, MessagePurpose.WINDOW_POST, PROOF_USEFUL)
              : stage.intent("seed" + seed + "/" + i));
    }
    for (int death = 0; death < DEATHS; death++) {
      life.set(1 + random.nextInt(STEPS_MAX));
      intents.forEach(intent -> stage.tell(new SenderCommand.Submit(intent, ANYONE)));
      for (int i = random.nextInt(3); i >= 0; i--) {
        stage.tell(stage.head());
        stage.settleUnlessDead();
        if (storm) {
          stage.chain.include(random.nextInt(3) == 0);
          stage.chain.baseFee(random.nextBoolean() ? 100 : random.nextInt(1, 4) * DEAR);
        }
        if (random.nextBoolean() || storm) {
          stage.chain.mine(1);
        }
      }
      if (random.nextInt(4) == 0) {
        stage.chain.losePool();
      }
      stage.stop();
      life.set(Integer.MAX_VALUE);
      stage.start();
    }
    stage.chain.include(true);
    stage.chain.baseFee(100);
    stage.tick();
    intents.forEach(stage::submit);
    stage.mine(14);

    Map<Bytes, Integer> landed = new HashMap<>();
    stage.chain.messages().forEach(m -> landed.merge(m.message().params(), 1, Integer::sum));
    assertThat(landed).as("messages on chain, seed %d", seed).hasSize(INTENTS);
    assertThat(landed.values()).as("messages an intent, seed %d", seed).containsOnly(1);
    assertThat(stage.chain.messages())
        .as("nonces, seed %d", seed)
        .extracting(message -> message.message().nonce())
        .containsExactly(0L, 1L, 2L, 3L);
    assertThat(stage.overview().open()).as("open, seed %d", seed).isEmpty();
    assertThat(journal.persistedInStorage("sender|" + SenderEntity.entityId(address)))
        .as("no nonce is given twice, seed %d", seed)
        .noneMatch(SenderEvent.NonceLost.class::isInstance)
        .noneMatch(SenderEvent.NonceReleased.class::isInstance);
    Set<String> told = new HashSet<>();
    stage.reports(MessageReport.Landed.class).forEach(report -> told.add(report.intentId()));
    assertThat(told).as("told, seed %d", seed).hasSize(INTENTS);
    assertThat(stage.chain.pooled()).as("pool, seed %d", seed).isEmpty();
    stage.stop();
  }

  private static final io.granary.protocol.job.Recipient ANYONE =
      io.granary.protocol.sender.SenderFixtures.SECTOR;
}
