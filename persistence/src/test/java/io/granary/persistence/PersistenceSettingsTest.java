package io.granary.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.persistence.cassandra.Durability;
import io.granary.persistence.cassandra.EmbeddedCassandraSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PersistenceSettingsTest {
  private static final String LIBRARIES =
      "granary.persistence.embedded-cassandra.libraries = /jars";

  @Test
  void readsEveryKey_whenOnlyTheReferenceIsThere() {
    PersistenceSettings settings = PersistenceSettings.from(ConfigFactory.load());
    assertThat(settings.contactPoints()).isEmpty();
    assertThat(settings.createSchema()).isFalse();
    assertThat(settings.requestTimeout()).isEqualTo(Duration.ofSeconds(20));
    EmbeddedCassandraSettings embedded = EmbeddedCassandraSettings.from(with(LIBRARIES));
    assertThat(embedded.heapMebibytes()).isEqualTo(512);
    assertThat(embedded.durability()).isEqualTo(Durability.EACH_WRITE);
  }

  @ParameterizedTest
  @CsvSource({
    "contact-points = [\"host\"], contact-points",
    "max-concurrent-requests = 2049, max-concurrent-requests",
    "max-queued-requests = 0, max-queued-requests",
    "max-concurrent-recoveries = 0, max-concurrent-recoveries",
    "replication = { class = \"x'; DROP\" }, replication",
  })
  void namesTheKey_whenValueIsRefused(String line, String key) {
    assertThatThrownBy(() -> PersistenceSettings.from(with("granary.persistence." + line)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("granary.persistence." + key);
  }

  @ParameterizedTest
  @CsvSource({
    "heap = 100 MiB, heap",
    "durability = often, durability",
    "start-timeout = 0 s, start"
  })
  void namesTheKey_whenEmbeddedValueIsRefused(String line, String key) {
    Config config = with(LIBRARIES + "\ngranary.persistence.embedded-cassandra." + line);
    assertThatThrownBy(() -> EmbeddedCassandraSettings.from(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("granary.persistence.embedded-cassandra." + key);
  }

  @Test
  void boundsTheDriver_whenActorSystemIsConfigured() {
    Config akka = PersistenceSettings.from(ConfigFactory.load()).akkaConfig(ConfigFactory.load());
    assertThat(akka.getString("datastax-java-driver.advanced.throttler.class"))
        .isEqualTo("ConcurrencyLimitingRequestThrottler");
    assertThat(akka.getInt("datastax-java-driver.advanced.throttler.max-concurrent-requests"))
        .isEqualTo(512);
    assertThat(akka.getDuration("akka.persistence.cassandra.journal.circuit-breaker.call-timeout"))
        .isGreaterThan(
            akka.getDuration(
                "datastax-java-driver.profiles.akka-persistence-cassandra-profile"
                    + ".basic.request.timeout"));
    assertThat(akka.getBoolean("akka.persistence.cassandra.events-by-tag.enabled")).isFalse();
    assertThat(akka.getBoolean("akka.persistence.cassandra.journal.keyspace-autocreate")).isFalse();
    assertThat(akka.getBoolean("akka.actor.allow-java-serialization")).isFalse();
  }

  /** Statements at each recovery and each first event, for what we never do. */
  @Test
  void asksForNoDeletedEventsAndListsNoEntities_whenActorSystemIsConfigured() {
    Config journal =
        PersistenceSettings.from(ConfigFactory.load())
            .akkaConfig(ConfigFactory.load())
            .getConfig("akka.persistence.cassandra.journal");
    assertThat(journal.getBoolean("support-deletes")).isFalse();
    assertThat(journal.getBoolean("support-all-persistence-ids")).isFalse();
  }

  private static Config with(String text) {
    return ConfigFactory.parseString(text).withFallback(ConfigFactory.load());
  }
}
