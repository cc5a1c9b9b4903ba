package io.granary.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.ActorId;
import io.granary.protocol.chain.HeadChange;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.MinerRoster;
import io.granary.sharding.chain.MemoryChain;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TickerTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final ActorId ONE = new ActorId(1000);
  private static final ActorId TWO = new ActorId(1001);

  private final ActorTestKit kit =
      ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
  private final ManualTime time = ManualTime.get(kit.system());
  private final TestProbe<Told> told = kit.createTestProbe();
  private final CompletableFuture<Consumer<HeadChange>> listener = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final List<ActorId> roster = new ArrayList<>(List.of(ONE));
  private final MemoryChain chain = new MemoryChain(10);

  /** A tick that reached a miner. */
  private record Told(ActorId miner, Tick tick) {}

  @AfterEach
  void stopKit() {
    kit.shutdownTestKit();
  }

  @SuppressWarnings("unchecked") // subscribe has one parameter, and it is a listener
  private ActorRef<TickerCommand> ticker(Consumer<Told> hear) {
    ChainGateway gateway =
        (ChainGateway)
            Proxy.newProxyInstance(
                ChainGateway.class.getClassLoader(),
                new Class<?>[] {ChainGateway.class},
                (proxy, method, arguments) -> {
                  assertThat(method.getName()).isEqualTo("subscribe");
                  listener.complete((Consumer<HeadChange>) arguments[0]);
                  return (AutoCloseable) () -> closed.set(true);
                });
    MinerRoster miners =
        new MinerRoster() {
          @Override
          public CompletionStage<Void> add(ActorId miner) {
            throw new AssertionError("a ticker adds no miner");
          }

          @Override
          public synchronized CompletionStage<List<ActorId>> all() {
            return CompletableFuture.completedStage(List.copyOf(roster));
          }
        };
    return kit.spawn(
        Ticker.create(
            gateway,
            miners,
            (miner, tick) -> hear.accept(new Told(miner, tick)),
            InstantSource.fixed(NOW),
            new TickerSettings(Duration.ofSeconds(10), Duration.ofSeconds(15))));
  }

  private ActorRef<TickerCommand> ticker() {
    return ticker(one -> told.getRef().tell(one));
  }

  private TipSet head() {
    chain.mine(1);
    TipSet head = chain.headTipSet();
    listener.join().accept(new HeadChange(List.of(), List.of(head), head));
    return head;
  }

  @Test
  void ticksEveryMiner_whenTheHeadChanges() {
    ActorRef<TickerCommand> ticker = ticker();
    ticker.tell(new TickerCommand.AddMiner(ONE));
    ticker.tell(new TickerCommand.AddMiner(TWO));
    TipSet head = head();
    Tick tick = new Tick(head.height(), head.key(), NOW);
    assertThat(told.receiveMessage()).isEqualTo(new Told(ONE, tick));
    assertThat(told.receiveMessage()).isEqualTo(new Told(TWO, tick));
  }

  @Test
  void ticksMinerAtOnce_whenItIsAddedLater() {
    ActorRef<TickerCommand> ticker = ticker();
    ticker.tell(new TickerCommand.AddMiner(ONE));
    TipSet head = head();
    told.receiveMessage();
    ticker.tell(new TickerCommand.AddMiner(TWO));
    assertThat(told.receiveMessage())
        .isEqualTo(new Told(TWO, new Tick(head.height(), head.key(), NOW)));
  }

  @Test
  void tellsTheNewestOnly_whenHeadsComeInABurst() throws InterruptedException {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    ActorRef<TickerCommand> ticker =
        ticker(
            one -> {
              told.getRef().tell(one);
              first.countDown();
              try {
                assertThat(release.await(10, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    ticker.tell(new TickerCommand.AddMiner(ONE));
    head();
    assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < 50; i++) {
      head();
    }
    TipSet newest = chain.headTipSet();
    release.countDown();
    told.receiveMessage();
    assertThat(told.receiveMessage().tick().head()).isEqualTo(newest.key());
    told.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void tellsTheLastHeadAgain_whenNoneComes() {
    ActorRef<TickerCommand> ticker = ticker();
    ticker.tell(new TickerCommand.AddMiner(ONE));
    head();
    Told first = told.receiveMessage();
    told.expectNoMessage(Duration.ofMillis(20));
    time.timePasses(Duration.ofSeconds(10));
    assertThat(told.receiveMessage()).isEqualTo(first);
  }

  @Test
  void readsTheRosterAgain_forMinersOfOtherNodes() {
    ActorRef<TickerCommand> ticker = ticker();
    ticker.tell(new TickerCommand.AddMiner(ONE));
    head();
    told.receiveMessage();
    synchronized (this) {
      roster.add(TWO);
    }
    time.timePasses(Duration.ofSeconds(15));
    assertThat(
            told.fishForMessage(
                Duration.ofSeconds(3),
                one ->
                    one.miner().equals(TWO)
                        ? akka.actor.testkit.typed.javadsl.FishingOutcomes.complete()
                        : akka.actor.testkit.typed.javadsl.FishingOutcomes.continueAndIgnore()))
        .hasSize(1);
  }

  @Test
  void closesItsSubscription_whenItStops() {
    kit.stop(ticker());
    assertThat(closed).isTrue();
  }
}
