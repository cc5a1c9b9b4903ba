package io.granary.ops.scenario;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.NetworkBridgeSettings;
import io.granary.bridge.chain.LotusChainGateway;
import io.granary.devnet.Devnet;
import io.granary.devnet.DevnetSettings;
import io.granary.ops.cluster.ChainRecord;
import io.granary.ops.stage.AcceptingVerifier;
import io.granary.persistence.Persistence;
import io.granary.persistence.PersistenceSettings;
import io.granary.persistence.cassandra.EmbeddedCassandra;
import io.granary.persistence.cassandra.EmbeddedCassandraSettings;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.Signature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Cassandra and a devnet for senders that die. Its base fee climbs faster than fee caps foresee and
 * falls again, all the time: what is signed while it climbs has to be replaced.
 */
final class SenderKillStage implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration BLOCK = Duration.ofMillis(250);

  /** attoFIL, an epoch each; a node's estimate foresees ten times the first of two. */
  private static final List<Long> BASE_FEES =
      List.of(100L, 100L, 100L, 1_000_000L, 20_000_000L, 400_000_000L, 400_000_000L, 100L);

  private final EmbeddedCassandra cassandra;
  private final Devnet devnet;
  private final Thread blocks;
  private final Path config;
  private volatile boolean ending;

  SenderKillStage(Path folder) throws Exception {
    Config defaults = ConfigFactory.load();
    cassandra =
        EmbeddedCassandra.start(
            folder.resolve("cassandra"),
            EmbeddedCassandraSettings.from(
                ConfigFactory.parseString(
                        "granary.persistence.embedded-cassandra.durability = none")
                    .withFallback(defaults)));
    devnet =
        Devnet.start(
            DevnetSettings.from(
                    ConfigFactory.parseString("granary.devnet.production = stepped")
                        .withFallback(defaults))
                .at(folder.resolve("devnet"), 0),
            new AcceptingVerifier());
    config = Files.writeString(folder.resolve("host.conf"), outside());
    makeSchema();
    blocks = new Thread(this::makeBlocks, "blocks");
    blocks.setDaemon(true);
    blocks.start();
  }

  private String outside() {
    return "granary.persistence.contact-points = [\"127.0.0.1:"
        + cassandra.contactPoint().getPort()
        + "\"]\ngranary.network-bridge.chain.nodes = [{ url = \""
        + devnet.url()
        + "\", token-file = \""
        + devnet.tokenFile()
        + "\" }]\n";
  }

  private void makeSchema() throws Exception {
    Config own =
        ConfigFactory.parseString("granary.persistence.create-schema = on")
            .withFallback(SenderHost.config(outside()));
    PersistenceSettings settings = PersistenceSettings.from(own);
    ActorSystem<Void> system =
        ActorSystem.create(Behaviors.empty(), "schema", settings.akkaConfig(own));
    Persistence.open(system, settings).session().close();
    system.terminate();
  }

  /** What {@link SenderHost#config} takes, as a file. */
  Path config() {
    return config;
  }

  private void makeBlocks() {
    for (int epoch = 0; !ending; epoch++) {
      long fee = BASE_FEES.get(epoch % BASE_FEES.size());
      devnet.forceBaseFee(Optional.of(TokenAmount.ofAtto(fee)));
      devnet.step(0);
      try {
        Thread.sleep(BLOCK.toMillis());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** An address of its own with money for each of {@code seeds}. */
  Map<Long, SenderIntents> fund(List<Long> seeds) throws Exception {
    Map<Long, SenderIntents> funded = new TreeMap<>();
    try (LotusChainGateway chain =
        new LotusChainGateway(
            NetworkBridgeSettings.from(SenderHost.config(outside())), new SplittableRandom(1))) {
      for (long seed : seeds) {
        Address address = answer(chain.walletNew(Signature.Kind.SECP256K1));
        answer(
            chain.pushMessage(
                Message.of(
                    devnet.defaultAddress(), address, TokenAmount.ofFil(100), 0, Bytes.empty()),
                new SendSpec(TokenAmount.ZERO, Optional.empty(), false)));
        funded.put(seed, new SenderIntents(seed, address, devnet.defaultAddress()));
      }
    }
    long end = System.nanoTime() + LIMIT.toNanos();
    while (devnet.messagesWaiting()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("the senders have no money after " + LIMIT);
      }
      Thread.sleep(BLOCK.toMillis());
    }
    return funded;
  }

  private static <T> T answer(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The chain's own record, after {@code quiet} more blocks in which all that waits may land. */
  ChainRecord recordAfter(int quiet) throws InterruptedException {
    ending = true;
    blocks.join();
    devnet.forceBaseFee(Optional.empty());
    for (int i = 0; i < quiet; i++) {
      devnet.step(0);
    }
    if (devnet.messagesWaiting()) {
      throw new AssertionError("messages stay in the pool");
    }
    return ChainRecord.read(devnet.url());
  }

  @Override
  public void close() {
    ending = true;
    devnet.close();
    cassandra.close();
  }
}
