package io.granary.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.persistence.cassandra.EmbeddedCassandra;
import io.granary.persistence.schema.SchemaException;
import io.granary.persistence.testing.CassandraExtension;
import io.granary.persistence.testing.TestStore;
import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import io.granary.protocol.port.SectorSummary;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(CassandraExtension.class)
class PersistenceIT {
  @Test
  void writesRowsThatWait_whenTheActorSystemStops(TestStore store) {
    ActorTestKit first = ActorTestKit.create(store.akkaConfig(ConfigFactory.empty()));
    try {
      Persistence persistence = Persistence.open(first.system(), store.settings());
      List<CompletableFuture<Void>> upserts =
          LongStream.rangeClosed(1, 5)
              .mapToObj(n -> persistence.sectorSummaries().upsert(summary(n)).toCompletableFuture())
              .toList();
      assertThat(upserts.get(4)).as("the fifth waits").isNotDone();
    } finally {
      first.shutdownTestKit();
    }
    ActorTestKit second = ActorTestKit.create(store.akkaConfig(ConfigFactory.empty()));
    try {
      Persistence persistence = Persistence.open(second.system(), store.settings());
      assertThat(
              persistence
                  .sectorSummaries()
                  .list(new ActorId(3000), Optional.empty(), Optional.empty(), 10)
                  .toCompletableFuture()
                  .orTimeout(60, TimeUnit.SECONDS)
                  .join())
          .containsExactly(summary(5));
    } finally {
      second.shutdownTestKit();
    }
  }

  @Test
  void namesContactPointAndKeyspace_whenStoreCannotBeUsed(TestStore store) throws IOException {
    refuses(unreachable(), StoreUnreachableException.class, "did not answer within PT2S");
    Config withoutSchema =
        ConfigFactory.parseString(
                "granary.persistence { keyspace = never_made, contact-points = [\""
                    + store.settings().contactPoints().get(0)
                    + "\"] }")
            .withFallback(ConfigFactory.load());
    refuses(
        PersistenceSettings.from(withoutSchema),
        SchemaException.class,
        "keyspace never_made does not exist");
  }

  private static void refuses(
      PersistenceSettings settings, Class<? extends Exception> kind, String message) {
    ActorTestKit testKit = ActorTestKit.create(settings.akkaConfig(ConfigFactory.load()).resolve());
    try {
      assertThatThrownBy(() -> Persistence.open(testKit.system(), settings))
          .isInstanceOf(kind)
          .hasMessageContaining(message);
    } finally {
      testKit.shutdownTestKit();
    }
  }

  /** A port that was free a moment ago. */
  private static PersistenceSettings unreachable() throws IOException {
    Config impatient =
        ConfigFactory.parseString("granary.persistence.connect-timeout = 2 s")
            .withFallback(ConfigFactory.load());
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (ServerSocket socket = new ServerSocket(0, 1, loopback)) {
      return PersistenceSettings.from(impatient)
          .embedded(
              new InetSocketAddress(loopback, socket.getLocalPort()),
              EmbeddedCassandra.DATA_CENTER);
    }
  }

  private static SectorSummary summary(long sequence) {
    return new SectorSummary(
        SectorId.of(3000, 1),
        "Proving",
        sequence,
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "");
  }
}
