package io.granary.persistence;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import io.granary.persistence.codec.CodecSettings;
import io.granary.persistence.schema.Replication;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the process reaches the store: {@code granary.persistence} without its embedded Cassandra.
 *
 * @param contactPoints {@code host:port} of some nodes; empty: an embedded Cassandra is to be
 *     started
 * @param localDatacenter the data centre of this process, as Cassandra names it
 * @param keyspace of journal, snapshots and our own tables
 * @param replication of the keyspace, when this process makes it
 * @param createSchema whether missing keyspace and tables are made at start
 * @param consistency of every read and write
 * @param serialConsistency of the fence's transactions
 * @param requestTimeout queueing in the throttler included
 * @param connectTimeout for the first connection and the schema
 * @param maxConcurrentRequests in flight at once, over all connections
 * @param maxQueuedRequests waiting beyond those; more fail
 * @param connectionsPerNode each carries 1,024 requests at most
 * @param maxConcurrentRecoveries entities that replay at once, in this process
 * @param summaryInterval least time between two rows of the read model for one sector
 */
public record PersistenceSettings(
    List<String> contactPoints,
    String localDatacenter,
    String keyspace,
    Replication replication,
    boolean createSchema,
    String consistency,
    String serialConsistency,
    Duration requestTimeout,
    Duration connectTimeout,
    int maxConcurrentRequests,
    int maxQueuedRequests,
    int connectionsPerNode,
    int maxConcurrentRecoveries,
    Duration summaryInterval) {
  /** Events in one partition of the journal's table. Never changes: rows lie where it put them. */
  static final long JOURNAL_PARTITION_EVENTS = 500_000;

  private static final String PREFIX = "granary.persistence";

  /** A request in flight that is counted neither by the throttler nor bounded would fail. */
  private static final int REQUESTS_PER_CONNECTION = 1024;

  public PersistenceSettings {
    contactPoints = List.copyOf(contactPoints);
    contactPoints.forEach(PersistenceSettings::requireHostAndPort);
    if (maxConcurrentRequests < 1
        || maxConcurrentRequests > connectionsPerNode * REQUESTS_PER_CONNECTION) {
      throw new IllegalArgumentException(
          PREFIX
              + ".max-concurrent-requests: 1 to connections-per-node × "
              + REQUESTS_PER_CONNECTION
              + ", not "
              + maxConcurrentRequests);
    }
    if (maxQueuedRequests < 1) {
      throw new IllegalArgumentException(PREFIX + ".max-queued-requests: must be above zero");
    }
    if (summaryInterval.isNegative() || summaryInterval.isZero()) {
      throw new IllegalArgumentException(PREFIX + ".summary-interval: must be above zero");
    }
    if (maxConcurrentRecoveries < 1) {
      throw new IllegalArgumentException(PREFIX + ".max-concurrent-recoveries: must be above zero");
    }
  }

  private static void requireHostAndPort(String contactPoint) {
    if (!contactPoint.matches(".+:[0-9]{1,5}")) {
      throw new IllegalArgumentException(
          PREFIX + ".contact-points: expected host:port, got " + contactPoint);
    }
  }

  /**
   * Reads {@code granary.persistence}.
   *
   * @param config with this module's {@code reference.conf}
   */
  public static PersistenceSettings from(Config config) {
    Config own = config.getConfig(PREFIX);
    Map<String, String> replication = new HashMap<>();
    for (Map.Entry<String, ConfigValue> entry : own.getObject("replication").entrySet()) {
      replication.put(entry.getKey(), String.valueOf(entry.getValue().unwrapped()));
    }
    return new PersistenceSettings(
        own.getStringList("contact-points"),
        own.getString("local-datacenter"),
        own.getString("keyspace"),
        new Replication(replication),
        own.getBoolean("create-schema"),
        own.getString("consistency"),
        own.getString("serial-consistency"),
        own.getDuration("request-timeout"),
        own.getDuration("connect-timeout"),
        own.getInt("max-concurrent-requests"),
        own.getInt("max-queued-requests"),
        own.getInt("connections-per-node"),
        own.getInt("max-concurrent-recoveries"),
        own.getDuration("summary-interval"));
  }

  /** These settings for an embedded Cassandra at {@code contactPoint}: one copy, schema made. */
  public PersistenceSettings embedded(InetSocketAddress contactPoint, String dataCenter) {
    return new PersistenceSettings(
        List.of(contactPoint.getAddress().getHostAddress() + ":" + contactPoint.getPort()),
        dataCenter,
        keyspace,
        Replication.single(),
        true,
        consistency,
        serialConsistency,
        requestTimeout,
        connectTimeout,
        maxConcurrentRequests,
        maxQueuedRequests,
        connectionsPerNode,
        maxConcurrentRecoveries,
        summaryInterval);
  }

  /** These settings with another keyspace. */
  public PersistenceSettings withKeyspace(String other) {
    return new PersistenceSettings(
        contactPoints,
        localDatacenter,
        other,
        replication,
        createSchema,
        consistency,
        serialConsistency,
        requestTimeout,
        connectTimeout,
        maxConcurrentRequests,
        maxQueuedRequests,
        connectionsPerNode,
        maxConcurrentRecoveries,
        summaryInterval);
  }

  /**
   * What the actor system must be made with, {@code config} as its fallback: journal, snapshot
   * store, serializer and driver. The limits on requests are not tuning: the journal has no
   * back-pressure, and without them a thousand concurrent writes fail and stop their entities.
   * Other driver options may be set under {@code datastax-java-driver} in {@code config}.
   */
  public Config akkaConfig(Config config) {
    Map<String, Object> values = new HashMap<>();
    values.put("akka.persistence.journal.plugin", "akka.persistence.cassandra.journal");
    values.put("akka.persistence.snapshot-store.plugin", "akka.persistence.cassandra.snapshot");
    values.put("akka.persistence.max-concurrent-recoveries", maxConcurrentRecoveries);
    values.put("akka.persistence.cassandra.events-by-tag.enabled", false);
    values.put(
        "akka.persistence.cassandra.journal.target-partition-size", JOURNAL_PARTITION_EVENTS);
    // No event is ever deleted, and nobody lists all entities: a recovery reads no more than events
    // and snapshots, a first event is one write.
    values.put("akka.persistence.cassandra.journal.support-deletes", false);
    values.put("akka.persistence.cassandra.journal.support-all-persistence-ids", false);
    for (String plugin : List.of("journal", "snapshot")) {
      String path = "akka.persistence.cassandra." + plugin;
      values.put(path + ".keyspace", keyspace);
      values.put(path + ".keyspace-autocreate", false);
      values.put(path + ".tables-autocreate", false);
      values.put(
          path + ".circuit-breaker.call-timeout", requestTimeout.plusSeconds(5).toMillis() + "ms");
    }
    values.put("akka.persistence.cassandra.snapshot.snapshot-is-optional", true);
    values.put("datastax-java-driver.basic.contact-points", contactPoints);
    values.put(
        "datastax-java-driver.basic.load-balancing-policy.local-datacenter", localDatacenter);
    values.put("datastax-java-driver.advanced.reconnect-on-init", true);
    values.put(
        "datastax-java-driver.advanced.throttler.class", "ConcurrencyLimitingRequestThrottler");
    values.put(
        "datastax-java-driver.advanced.throttler.max-concurrent-requests", maxConcurrentRequests);
    values.put("datastax-java-driver.advanced.throttler.max-queue-size", maxQueuedRequests);
    values.put("datastax-java-driver.advanced.connection.pool.local.size", connectionsPerNode);
    for (String scope :
        List.of(
            "",
            "profiles.akka-persistence-cassandra-profile.",
            "profiles.akka-persistence-cassandra-snapshot-profile.")) {
      String path = "datastax-java-driver." + scope + "basic.request.";
      values.put(path + "consistency", consistency);
      values.put(path + "serial-consistency", serialConsistency);
      values.put(path + "timeout", requestTimeout.toMillis() + "ms");
    }
    return CodecSettings.from(config)
        .bindings()
        .withFallback(ConfigFactory.parseMap(values, "granary.persistence"))
        .withFallback(config);
  }
}
