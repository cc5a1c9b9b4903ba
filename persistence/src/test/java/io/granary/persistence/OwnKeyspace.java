package io.granary.persistence;

import com.datastax.oss.driver.api.core.CqlSession;
import io.granary.persistence.cassandra.SharedCassandra;
import io.granary.persistence.schema.Replication;
import io.granary.persistence.schema.SchemaMigrations;
import java.util.UUID;

/** A keyspace of the shared Cassandra that nobody else uses, with all tables, and a session. */
record OwnKeyspace(CqlSession session, String name) implements AutoCloseable {
  /**
   * Makes it.
   *
   * @param of what is tested, for people
   */
  static OwnKeyspace make(String of) {
    CqlSession session = SharedCassandra.session();
    String name = "t_" + of + "_" + UUID.randomUUID().toString().substring(0, 8);
    new SchemaMigrations(session, name).apply(Replication.single());
    return new OwnKeyspace(session, name);
  }

  @Override
  public void close() {
    session.close();
  }
}
