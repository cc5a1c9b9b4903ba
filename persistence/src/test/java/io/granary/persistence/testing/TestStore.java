package io.granary.persistence.testing;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.persistence.PersistenceSettings;
import io.granary.persistence.cassandra.EmbeddedCassandra;
import io.granary.persistence.cassandra.SharedCassandra;
import java.util.Locale;
import java.util.UUID;

/**
 * The run's shared Cassandra with a keyspace of one suite's own.
 *
 * @param settings for {@code Persistence.open}
 */
public record TestStore(PersistenceSettings settings) {
  private static final int KEYSPACE_LENGTH_MAX = 48;

  /** A new, empty keyspace named after {@code suite}; starts Cassandra when it does not run yet. */
  public static TestStore create(String suite) {
    String name =
        suite.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_")
            + "_"
            + UUID.randomUUID().toString().substring(0, 8);
    String keyspace = "t_" + name;
    return new TestStore(
        PersistenceSettings.from(ConfigFactory.load())
            .embedded(SharedCassandra.contactPoint(), EmbeddedCassandra.DATA_CENTER)
            .withKeyspace(
                keyspace.substring(0, 2)
                    + name.substring(Math.max(0, name.length() - KEYSPACE_LENGTH_MAX + 2))));
  }

  /** The configuration an actor system of this suite is made with, over {@code own}. */
  public Config akkaConfig(Config own) {
    return settings.akkaConfig(own.withFallback(ConfigFactory.load())).resolve();
  }
}
