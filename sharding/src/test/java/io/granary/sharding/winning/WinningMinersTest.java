package io.granary.sharding.winning;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.port.MinerRoster;
import io.granary.protocol.winning.MinedBlock;
import io.granary.protocol.winning.WinningFixtures;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Producers over one store and one chain, as after a split. */
class WinningMinersTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final TipSet BASE = WinningFixtures.tipSet(99, 3000, 1);

  private final ScriptedChain chain = new ScriptedChain(BASE);
  private final MemoryFence fence = new MemoryFence();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(3031));
  private final AtomicInteger claims = new AtomicInteger();

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void oneBlockIsMade_whenTwoProducersLive() {
    KIT.spawn(WinningMiners.create(ports(), settings()));
    KIT.spawn(WinningMiners.create(ports(), settings()));
    eventually(() -> assertThat(chain.submitted).isNotEmpty());
    KIT.<String>createTestProbe().expectNoMessage(Duration.ofMillis(500));

    assertThat(chain.submitted).hasSize(1);
    assertThat(chain.templates).hasSize(1);
    assertThat(fence.rows()).hasSize(1);
  }

  @Test
  void looksForItsBlockInTheChain_someEpochsLater() {
    KIT.spawn(WinningMiners.create(ports(), settings()));
    eventually(() -> assertThat(chain.submitted).hasSize(1));
    eventually(
        () -> assertThat(fence.rows().get(0).outcome()).isEqualTo(MinedBlock.Outcome.SUBMITTED));
    // The scripted chain answers every height with its head, which holds another block.
    now.set(Instant.ofEpochSecond(3001));
    chain.moveTo(WinningFixtures.tipSet(105, 3180, 7));
    eventually(
        () -> assertThat(fence.rows().get(0).outcome()).isEqualTo(MinedBlock.Outcome.LEFT_OUT));
  }

  private static void eventually(Runnable assertion) {
    TestProbe<String> probe = KIT.createTestProbe();
    probe.awaitAssert(
        Duration.ofSeconds(10),
        () -> {
          assertion.run();
          return true;
        });
  }

  private static WinningSettings settings() {
    return WinningSettings.from(
        ConfigFactory.parseString("granary.sharding.winning.enabled = on")
            .withFallback(ConfigFactory.defaultReference()));
  }

  private WinningPorts ports() {
    return new WinningPorts(
        chain.gateway(),
        fence,
        (miner, type, round, randomness, sector) ->
            CompletableFuture.completedStage(Bytes.of(new byte[192])),
        new OneMiner(),
        now::get,
        () -> "claim-" + claims.incrementAndGet());
  }

  private static final class OneMiner implements MinerRoster {
    @Override
    public CompletionStage<Void> add(ActorId miner) {
      throw new UnsupportedOperationException("add");
    }

    @Override
    public CompletionStage<List<ActorId>> all() {
      return CompletableFuture.completedStage(List.of(WinningFixtures.MINER));
    }
  }
}
