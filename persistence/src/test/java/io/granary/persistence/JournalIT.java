package io.granary.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.datastax.oss.driver.api.core.cql.Row;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.persistence.codec.NoteEvent;
import io.granary.persistence.codec.NoteEventCodec;
import io.granary.persistence.testing.CassandraExtension;
import io.granary.persistence.testing.TestStore;
import io.granary.protocol.SectorId;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(CassandraExtension.class)
class JournalIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final NoteEvent FIRST = new NoteEvent.Noted(SectorId.of(1000, 1));
  private static final NoteEvent SECOND = new NoteEvent.Written("second");

  private static ActorTestKit testKit;
  private static Persistence persistence;
  private static String keyspace;

  @BeforeAll
  static void start(TestStore store) {
    Config codecs =
        ConfigFactory.parseString(
            "granary.persistence.codecs = [\"" + NoteEventCodec.class.getName() + "\"]");
    testKit = ActorTestKit.create(store.akkaConfig(codecs));
    persistence = Persistence.open(testKit.system(), store.settings());
    keyspace = store.settings().keyspace();
  }

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void recoversEveryEvent_whenStartedAgain() {
    write("recovers");
    assertThat(read("recovers")).containsExactly(FIRST, SECOND);
  }

  @Test
  void stopsThatEntityOnly_whenItsBytesAreDamaged() {
    write("damaged");
    write("sound");
    Row row = event("damaged", 2);
    ByteBuffer bytes = ByteBuffer.allocate(row.getByteBuffer("event").remaining());
    bytes.put(row.getByteBuffer("event")).flip();
    bytes.put(bytes.limit() - 1, (byte) (bytes.get(bytes.limit() - 1) ^ 1));
    update(row, "event", bytes);

    assertThat(failure("damaged"))
        .hasStackTraceContaining("JournalDecodeException")
        .hasStackTraceContaining("manifest \"note.Written\", offset 1: damaged");
    assertThat(read("sound")).containsExactly(FIRST, SECOND);
  }

  @Test
  void stopsThatEntityOnly_whenAManifestIsUnknown() {
    write("unknown");
    write("known");
    update(event("unknown", 1), "ser_manifest", "note.FromTheFuture");

    assertThat(failure("unknown"))
        .hasStackTraceContaining(
            "manifest \"note.FromTheFuture\", offset 0: this release reads no such manifest");
    assertThat(read("known")).containsExactly(FIRST, SECOND);
  }

  @Test
  void refusesToPersist_whenClassHasNoCodec() {
    TestProbe<Throwable> failures = testKit.createTestProbe(Throwable.class);
    TestProbe<Integer> kept = testKit.createTestProbe(Integer.class);
    ActorRef<NotesEntity.Command> entity =
        testKit.spawn(NotesEntity.create("unbound", failures.ref()));
    entity.tell(new NotesEntity.Keep(new Unbound("x"), kept.ref()));
    kept.expectTerminated(entity, PATIENCE);
    kept.expectNoMessage(Duration.ZERO);
    assertThat(read("unbound")).isEmpty();
  }

  @Test
  void keepsAll_whenTenThousandEntitiesPersistAtOnce() {
    int entities = 10_000;
    TestProbe<Throwable> failures = testKit.createTestProbe(Throwable.class);
    TestProbe<Integer> kept = testKit.createTestProbe(Integer.class);
    for (int i = 0; i < entities; i++) {
      testKit
          .spawn(NotesEntity.create("many-" + i, failures.ref()))
          .tell(new NotesEntity.Keep(FIRST, kept.ref()));
    }
    assertThat(kept.receiveSeveralMessages(entities, Duration.ofMinutes(2)))
        .hasSize(entities)
        .containsOnly(1);
    failures.expectNoMessage(Duration.ZERO);
  }

  private static void write(String id) {
    TestProbe<Throwable> failures = testKit.createTestProbe(Throwable.class);
    TestProbe<Integer> kept = testKit.createTestProbe(Integer.class);
    ActorRef<NotesEntity.Command> entity = testKit.spawn(NotesEntity.create(id, failures.ref()));
    entity.tell(new NotesEntity.Keep(FIRST, kept.ref()));
    entity.tell(new NotesEntity.Keep(SECOND, kept.ref()));
    assertThat(kept.receiveSeveralMessages(2, PATIENCE)).containsExactly(1, 2);
    testKit.stop(entity, PATIENCE);
  }

  private static List<Object> read(String id) {
    TestProbe<Throwable> failures = testKit.createTestProbe(Throwable.class);
    TestProbe<Object> told = testKit.createTestProbe(Object.class);
    ActorRef<NotesEntity.Command> entity = testKit.spawn(NotesEntity.create(id, failures.ref()));
    entity.tell(new NotesEntity.Tell(told.ref().unsafeUpcast()));
    List<?> events = told.expectMessageClass(List.class, PATIENCE);
    testKit.stop(entity, PATIENCE);
    return List.copyOf(events);
  }

  private static Throwable failure(String id) {
    TestProbe<Throwable> failures = testKit.createTestProbe(Throwable.class);
    ActorRef<NotesEntity.Command> entity = testKit.spawn(NotesEntity.create(id, failures.ref()));
    Throwable failure = failures.receiveMessage(PATIENCE);
    failures.expectTerminated(entity, PATIENCE);
    return failure;
  }

  private static Row event(String id, long sequence) {
    Row row =
        persistence
            .session()
            .execute(
                "SELECT * FROM "
                    + keyspace
                    + ".messages WHERE persistence_id = ? AND partition_nr = 0"
                    + " AND sequence_nr = ?",
                id,
                sequence)
            .one();
    assertThat(row).isNotNull();
    return row;
  }

  private static void update(Row row, String column, Object value) {
    persistence
        .session()
        .execute(
            "UPDATE "
                + keyspace
                + ".messages SET "
                + column
                + " = ? WHERE persistence_id = ? AND partition_nr = 0 AND sequence_nr = ?"
                + " AND timestamp = ?",
            value,
            row.getString("persistence_id"),
            row.getLong("sequence_nr"),
            row.getUuid("timestamp"));
  }

  private record Unbound(String value) implements Serializable {}
}
