package io.granary.persistence.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import io.granary.persistence.cassandra.SharedCassandra;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SchemaMigrationsIT {
  private static CqlSession session;

  private final String keyspace = "t_schema_" + UUID.randomUUID().toString().substring(0, 8);

  @BeforeAll
  static void start() {
    session = SharedCassandra.session();
  }

  @AfterAll
  static void stop() {
    session.close();
  }

  @Test
  void appliesEachStepOnce_whenNodesStartTogether() {
    List<CompletableFuture<Void>> nodes =
        IntStream.range(0, 3)
            .mapToObj(
                i ->
                    CompletableFuture.runAsync(
                        () -> new SchemaMigrations(session, keyspace).apply(Replication.single())))
            .toList();
    nodes.forEach(CompletableFuture::join);
    new SchemaMigrations(session, keyspace).check();
    assertThat(session.execute("SELECT version FROM " + keyspace + ".schema_versions").all())
        .hasSize(Migration.all().size());
  }

  @Test
  void saysWhatToDo_whenKeyspaceOrStepIsMissing() {
    assertThatThrownBy(() -> new SchemaMigrations(session, keyspace).check())
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("does not exist")
        .hasMessageContaining("granary.persistence.create-schema");
    List<Migration> some = Migration.all().subList(0, 1);
    new SchemaMigrations(session, keyspace, some).apply(Replication.single());
    assertThatThrownBy(() -> new SchemaMigrations(session, keyspace).check())
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("0002-sector-summaries.cql");
    new SchemaMigrations(session, keyspace).apply(Replication.single());
    new SchemaMigrations(session, keyspace).check();
    new SchemaMigrations(session, keyspace, some).check();
  }

  @Test
  void refuses_whenAnAppliedStepWasEdited() {
    List<Migration> first = Migration.all().subList(0, 1);
    new SchemaMigrations(session, keyspace, first).apply(Replication.single());
    List<Migration> edited = new ArrayList<>();
    edited.add(new Migration(1, first.get(0).name(), first.get(0).text() + "-- edited\n"));
    assertThatThrownBy(
            () -> new SchemaMigrations(session, keyspace, edited).apply(Replication.single()))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("0001-journal.cql");
  }

  @Test
  void refusesKeyspace_whenItsNameWouldNeedQuoting() {
    for (String name : List.of("", "Granary", "a-b", "a;b", "1a", "a".repeat(49))) {
      assertThatThrownBy(() -> new SchemaMigrations(session, name))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
