package io.granary.persistence.schema;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.ResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.cql.SimpleStatementBuilder;
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a keyspace to this release's schema, or checks that it is there. Blocks; called once, at
 * start, before anything else uses the store. Any number of nodes may call it at once.
 */
public final class SchemaMigrations {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaMigrations.class);

  private static final Pattern KEYSPACE = Pattern.compile("[a-z][a-z0-9_]{0,47}");
  private static final String SCOPE = "granary";

  /** Schema statements wait for agreement of all nodes. */
  private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(1);

  /** A node that died while it held the lock holds up the others no longer than this. */
  private static final Duration LOCK_TTL = Duration.ofMinutes(2);

  private static final Duration LOCK_POLL = Duration.ofMillis(250);

  private final CqlSession session;
  private final String keyspace;
  private final List<Migration> migrations;

  /**
   * @throws IllegalArgumentException when {@code keyspace} is no plain lower-case name
   */
  public SchemaMigrations(CqlSession session, String keyspace) {
    this(session, keyspace, Migration.all());
  }

  SchemaMigrations(CqlSession session, String keyspace, List<Migration> migrations) {
    if (!KEYSPACE.matcher(keyspace).matches()) {
      throw new IllegalArgumentException(
          "granary.persistence.keyspace: expected lower-case letters, digits and underscores, got "
              + keyspace);
    }
    this.session = session;
    this.keyspace = keyspace;
    this.migrations = migrations;
  }

  /**
   * Makes the keyspace when it is missing and applies every migration that was not applied yet.
   *
   * @throws SchemaException when another node holds the lock for too long, or an applied migration
   *     differs from this release's
   */
  public void apply(Replication replication) {
    // The driver would wait a second after each statement to read the schema anew.
    session.setSchemaMetadataEnabled(false);
    try {
      applyAll(replication);
    } finally {
      session.setSchemaMetadataEnabled(null);
    }
  }

  private void applyAll(Replication replication) {
    execute(
        "CREATE KEYSPACE IF NOT EXISTS " + keyspace + " WITH replication = " + replication.cql());
    execute(
        "CREATE TABLE IF NOT EXISTS "
            + keyspace
            + ".schema_versions (scope text, version int, name text, checksum text,"
            + " applied timestamp, PRIMARY KEY (scope, version))");
    execute(
        "CREATE TABLE IF NOT EXISTS "
            + keyspace
            + ".schema_lock (scope text PRIMARY KEY, owner uuid)");
    if (pending().isEmpty()) {
      return;
    }
    UUID owner = UUID.randomUUID();
    lock(owner);
    try {
      pending().forEach(this::applyOne);
    } finally {
      execute(
          "DELETE FROM " + keyspace + ".schema_lock WHERE scope = ? IF owner = ?", SCOPE, owner);
    }
  }

  private void applyOne(Migration migration) {
    LOG.info("applying schema step {} to keyspace {}", migration.name(), keyspace);
    migration.statements(keyspace).forEach(this::execute);
    execute(
        "INSERT INTO "
            + keyspace
            + ".schema_versions (scope, version, name, checksum, applied)"
            + " VALUES (?, ?, ?, ?, toTimestamp(now()))",
        SCOPE,
        migration.version(),
        migration.name(),
        migration.checksum());
  }

  /**
   * Checks that every migration of this release was applied; a newer release's are accepted, so
   * that two releases can run side by side.
   *
   * @throws SchemaException when the keyspace or a migration is missing
   */
  public void check() {
    if (execute(
            "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?", keyspace)
        .all()
        .isEmpty()) {
      throw new SchemaException("keyspace " + keyspace + " does not exist; " + remedy());
    }
    List<Migration> pending;
    try {
      pending = pending();
    } catch (InvalidQueryException e) {
      throw new SchemaException("keyspace " + keyspace + " holds no schema; " + remedy(), e);
    }
    if (!pending.isEmpty()) {
      throw new SchemaException(
          "keyspace "
              + keyspace
              + " lacks schema step "
              + pending.get(0).name()
              + " and "
              + (pending.size() - 1)
              + " later ones; "
              + remedy());
    }
  }

  private static String remedy() {
    return "set granary.persistence.create-schema = on for one start";
  }

  private List<Migration> pending() {
    Map<Integer, String> applied = new TreeMap<>();
    for (Row row :
        execute(
            "SELECT version, checksum FROM " + keyspace + ".schema_versions WHERE scope = ?",
            SCOPE)) {
      applied.put(row.getInt("version"), row.getString("checksum"));
    }
    for (Migration migration : migrations) {
      String checksum = applied.getOrDefault(migration.version(), migration.checksum());
      if (!checksum.equals(migration.checksum())) {
        throw new SchemaException(
            "schema step "
                + migration.name()
                + " was applied to keyspace "
                + keyspace
                + " with other statements than this release's; do not run it there");
      }
    }
    return migrations.stream().filter(m -> !applied.containsKey(m.version())).toList();
  }

  private void lock(UUID owner) {
    long end = System.nanoTime() + LOCK_TTL.multipliedBy(2).toNanos();
    String insert =
        "INSERT INTO "
            + keyspace
            + ".schema_lock (scope, owner) VALUES (?, ?) IF NOT EXISTS USING TTL "
            + LOCK_TTL.toSeconds();
    while (!execute(insert, SCOPE, owner).wasApplied()) {
      if (System.nanoTime() > end) {
        throw new SchemaException(
            "another node has been changing the schema of keyspace " + keyspace + " for too long");
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(LOCK_POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SchemaException("interrupted while waiting for the schema lock", e);
    }
  }

  private ResultSet execute(String cql, Object... values) {
    SimpleStatementBuilder statement =
        SimpleStatement.builder(cql)
            .setTimeout(STATEMENT_TIMEOUT)
            .setConsistencyLevel(ConsistencyLevel.QUORUM);
    for (Object value : values) {
      statement.addPositionalValue(value);
    }
    return session.execute(statement.build());
  }
}
