package io.granary.ops.scenario;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.NetworkBridgeSettings;
import io.granary.bridge.chain.LotusChainGateway;
import io.granary.persistence.Persistence;
import io.granary.persistence.PersistenceSettings;
import io.granary.protocol.chain.HeadChange;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.sender.MessageReport;
import io.granary.sharding.sender.SenderCommand;
import io.granary.sharding.sender.SenderEntity;
import io.granary.sharding.sender.SenderPorts;
import io.granary.sharding.sender.SenderReply;
import io.granary.sharding.sender.SenderSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;

/**
 * What a process is to a sender: an actor system, the real journal and store, the real client of
 * the chain node, heads, and askers that ask again at every head until they are told of a landing.
 * All of it belongs to one {@link SenderLife}.
 */
final class SenderHost implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** More than enough for any step to come by. */
  private static final int INTENTS_MAX = 80;

  private final SenderIntents intents;
  private final SenderLife life;
  private final IntConsumer grown;
  private final ActorSystem<Void> system;
  private final Persistence store;
  private final LotusChainGateway gateway;
  private final ActorRef<SenderCommand> sender;
  private final AutoCloseable subscription;
  private final Set<String> landed = new HashSet<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private int asked;
  private int heads;

  /**
   * Begins a life.
   *
   * @param config where store and chain node are
   * @param asked intents that are wanted; while the life is to end and has not, more are, one by
   *     one
   * @param grown is told of each such number before the intent is asked for
   */
  SenderHost(Config config, SenderIntents intents, int asked, SenderLife life, IntConsumer grown) {
    this.intents = intents;
    this.life = life;
    this.asked = asked;
    this.grown = grown;
    HaltingSenderCodec.begin(intents.name(), life);
    PersistenceSettings settings = PersistenceSettings.from(config);
    this.system = ActorSystem.create(Behaviors.empty(), "sender-host", settings.akkaConfig(config));
    this.store = Persistence.open(system, settings);
    this.gateway =
        new LotusChainGateway(
            NetworkBridgeSettings.from(config), new SplittableRandom(intents.seed()));
    MortalChain mortal = new MortalChain(gateway, store.spendFence(), life);
    ChainGateway chain = mortal.gateway();
    this.sender =
        system.systemActorOf(
            SenderEntity.create(
                intents.from(),
                new SenderPorts(chain, mortal, this::hear, InstantSource.system(), "host"),
                SenderSettings.from(config)),
            "sender",
            Props.empty());
    this.subscription = chain.subscribe(this::tick);
  }

  /** Local, ends at once, and writes its events through {@link HaltingSenderCodec}. */
  static Config config(String outside) {
    return ConfigFactory.parseString(
            """
            akka.actor.provider = local
            akka.coordinated-shutdown {
              run-by-actor-system-terminate = off
              run-by-jvm-shutdown-hook = off
            }
            akka.actor.default-dispatcher.fork-join-executor { parallelism-min = 2, parallelism-max = 2 }
            datastax-java-driver.advanced.session-leak.threshold = 20
            granary.persistence.codecs = [
              io.granary.ops.scenario.HaltingSenderCodec
              io.granary.persistence.codec.SenderStateCodec
            ]
            granary.network-bridge.chain.address-prefix = t
            granary.sharding.sender.fees {
              other { replace-epochs = 3 }
              window-post.urgent-epochs = 200000
            }
            """)
        .withFallback(ConfigFactory.parseString(outside))
        .withFallback(ConfigFactory.load())
        .resolve();
  }

  /** Completes when every intent asked for has landed and nothing is open any more. */
  CompletableFuture<Void> done() {
    return done;
  }

  private synchronized void hear(Recipient recipient, MessageReport report) {
    if (report instanceof MessageReport.Landed
        ? life.passes(SenderLife.End.LANDING_RECORDED)
        : life.passes()) {
      if (report instanceof MessageReport.Landed) {
        landed.add(report.intentId());
      } else if (report instanceof MessageReport.GaveUp gaveUp) {
        done.completeExceptionally(new AssertionError("given up: " + gaveUp));
      } else {
        landed.remove(report.intentId());
      }
    }
  }

  /** One more intent a head, all that have not landed again at each. */
  private synchronized void tick(HeadChange change) {
    heads++;
    sender.tell(
        new SenderCommand.HeadSeen(
            new Tick(change.head().height(), change.head().key(), Instant.now()), true));
    if (landed.size() == asked && life.isDoomed() && asked < INTENTS_MAX) {
      asked++;
      grown.accept(asked);
    }
    for (int i = 0; i < Math.min(asked, heads + 1); i++) {
      if (!landed.contains(intents.id(i))) {
        sender.tell(new SenderCommand.Submit(intents.get(i), new Recipient.Nobody()));
      }
    }
    if (landed.size() == asked && !life.isDoomed()) {
      CompletionStage<Void> unused =
          AskPattern.<SenderCommand, SenderReply>ask(
                  sender, SenderCommand.Describe::new, LIMIT, system.scheduler())
              .thenAccept(this::described);
    }
  }

  private void described(SenderReply reply) {
    if (((SenderReply.Overview) reply).open().isEmpty()) {
      done.complete(null);
    }
  }

  /**
   * Cut off: connections are broken, nothing is told to leave or to drain.
   *
   * @throws IllegalStateException when the actor system does not end
   */
  @Override
  public void close() {
    CompletionStage<Void> unused = store.session().forceCloseAsync();
    try {
      subscription.close();
    } catch (Exception e) {
      throw new IllegalStateException("the subscription of " + intents.name() + " stays", e);
    }
    gateway.close();
    system.terminate();
    try {
      system.getWhenTerminated().toCompletableFuture().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the actor system of " + intents.name() + " stays", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
