package io.granary.prover.pool;

import static io.granary.prover.pool.PoolFixtures.pc1;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.TestSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node's relay and a dispatcher that is replaced. */
class AskRelayTest {
  private static ActorTestKit kit;

  private final ProverWorkersSettings.Pool settings =
      TestSettings.of(
              Path.of("/nowhere"), "granary.prover.pool { relay-memory = 70s, relay-jobs-max = 2 }")
          .pool();
  private final AtomicReference<Duration> uptime = new AtomicReference<>(Duration.ZERO);
  private TestProbe<JobDispatcher.Command> dispatcher;
  private ActorRef<AskRelay.Command> relay;

  @BeforeAll
  static void startKit() {
    kit =
        ActorTestKit.create(
            ManualTime.config().withFallback(ConfigFactory.parseString("akka.loglevel = warning")));
  }

  @AfterAll
  static void stopKit() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void start() {
    dispatcher = kit.createTestProbe(JobDispatcher.Command.class);
    relay = kit.spawn(AskRelay.create(settings, dispatcher.getRef(), uptime::get));
  }

  private void ask(long sector) {
    PoolJobPool.through(relay).request(pc1(sector, 1, 10));
    dispatcher.expectMessage(new JobDispatcher.Ask(pc1(sector, 1, 10)));
  }

  /** The dispatcher is asked who it is, and answers. */
  private void meet(String incarnation) {
    ManualTime.get(kit.system()).timePasses(settings.tick());
    dispatcher
        .expectMessageClass(JobDispatcher.AskIncarnation.class)
        .replyTo()
        .tell(new JobDispatcher.Incarnation(incarnation));
  }

  @Test
  void asksAgain_whenAnotherDispatcherHasBegun_andNotBefore() {
    meet("one");
    ask(1);
    ask(2);
    meet("one");
    dispatcher.expectNoMessage(Duration.ofMillis(100));
    meet("two");
    dispatcher.expectMessage(new JobDispatcher.Ask(pc1(1, 1, 10)));
    dispatcher.expectMessage(new JobDispatcher.Ask(pc1(2, 1, 10)));
    dispatcher.expectNoMessage(Duration.ofMillis(100));
  }

  @Test
  void forgetsWhatWasCancelled_whatIsOld_andWhatIsTooMuch() {
    meet("one");
    ask(1);
    ask(2);
    ask(3);
    PoolJobPool.through(relay).cancel(pc1(2, 1, 10).id(), 1);
    dispatcher.expectMessageClass(JobDispatcher.Cancel.class);
    meet("two");
    dispatcher.expectMessage(new JobDispatcher.Ask(pc1(3, 1, 10)));
    dispatcher.expectNoMessage(Duration.ofMillis(100));
    uptime.set(Duration.ofSeconds(71));
    meet("two");
    meet("three");
    dispatcher.expectNoMessage(Duration.ofMillis(100));
  }
}
