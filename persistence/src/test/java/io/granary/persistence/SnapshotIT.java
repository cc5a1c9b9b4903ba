package io.granary.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.datastax.oss.driver.api.core.cql.Row;
import com.typesafe.config.ConfigFactory;
import io.granary.persistence.testing.CassandraExtension;
import io.granary.persistence.testing.TestStore;
import io.granary.protocol.port.HistoryEntry;
import io.granary.protocol.sender.SenderEvent;
import io.granary.protocol.sender.SenderLife;
import io.granary.protocol.sender.SenderState;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(CassandraExtension.class)
class SnapshotIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int EVENTS = 90;

  private static ActorTestKit testKit;
  private static Persistence persistence;
  private static String keyspace;

  @BeforeAll
  static void start(TestStore store) {
    testKit = ActorTestKit.create(store.akkaConfig(ConfigFactory.empty()));
    persistence = Persistence.open(testKit.system(), store.settings());
    keyspace = store.settings().keyspace();
  }

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void recoversFromTheSnapshotAndTheEventsAfterIt_whenStartedAgain() {
    SenderState last = live("from-snapshot");
    SenderStreamEntity.Seen again = recover("from-snapshot");
    assertThat(again.state()).isEqualTo(last);
    assertThat(again.taken()).isLessThan(SenderStreamEntity.EVENTS_BETWEEN);
    assertThat(history("from-snapshot")).isEqualTo(EVENTS);
  }

  @Test
  void recoversFromTheOlderSnapshot_whenTheNewestIsDamaged() {
    SenderState last = live("newest-damaged");
    damage("newest-damaged", snapshots("newest-damaged").get(0));
    SenderStreamEntity.Seen again = recover("newest-damaged");
    assertThat(again.state()).isEqualTo(last);
    assertThat(again.taken())
        .isBetween(SenderStreamEntity.EVENTS_BETWEEN, 2 * SenderStreamEntity.EVENTS_BETWEEN);
  }

  @Test
  void recoversFromAllItsEvents_whenEverySnapshotIsDamaged() {
    SenderState last = live("all-damaged");
    snapshots("all-damaged").forEach(row -> damage("all-damaged", row));
    SenderStreamEntity.Seen again = recover("all-damaged");
    assertThat(again.state()).isEqualTo(last);
    assertThat(again.taken()).isEqualTo(EVENTS);
  }

  @Test
  void recoversFromAllItsEvents_whenANewerReleaseWroteTheSnapshots() {
    SenderState last = live("newer-release");
    for (Row row : snapshots("newer-release")) {
      update("newer-release", row, "ser_manifest", "sender-state.99");
    }
    SenderStreamEntity.Seen again = recover("newer-release");
    assertThat(again.state()).isEqualTo(last);
    assertThat(again.taken()).isEqualTo(EVENTS);
  }

  /** Lives a life of {@link #EVENTS} events and waits for its last snapshot. */
  private static SenderState live(String id) {
    SenderLife life = new SenderLife(new Random(id.hashCode()), 2 * EVENTS);
    List<SenderEvent> events = new ArrayList<>();
    while (events.size() < EVENTS) {
      Optional<SenderEvent> next = life.next();
      next.ifPresent(events::add);
    }
    ActorRef<SenderStreamEntity.Command> entity = testKit.spawn(SenderStreamEntity.create(id));
    TestProbe<SenderStreamEntity.Seen> seen =
        testKit.createTestProbe(SenderStreamEntity.Seen.class);
    for (SenderEvent event : events) {
      entity.tell(new SenderStreamEntity.Keep(event, seen.ref()));
      seen.receiveMessage(PATIENCE);
    }
    long last = EVENTS / SenderStreamEntity.EVENTS_BETWEEN * SenderStreamEntity.EVENTS_BETWEEN;
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(snapshots(id))
                    .extracting(row -> row.getLong("sequence_nr"))
                    .startsWith(last, last - SenderStreamEntity.EVENTS_BETWEEN));
    testKit.stop(entity, PATIENCE);
    return life.state();
  }

  private static SenderStreamEntity.Seen recover(String id) {
    ActorRef<SenderStreamEntity.Command> entity = testKit.spawn(SenderStreamEntity.create(id));
    TestProbe<SenderStreamEntity.Seen> seen =
        testKit.createTestProbe(SenderStreamEntity.Seen.class);
    entity.tell(new SenderStreamEntity.Tell(seen.ref()));
    SenderStreamEntity.Seen found = seen.receiveMessage(PATIENCE);
    testKit.stop(entity, PATIENCE);
    return found;
  }

  private static long history(String id) {
    List<HistoryEntry<SenderEvent>> entries = new ArrayList<>();
    persistence
        .historyReader()
        .forEach(id, SenderEvent.class, 1, Long.MAX_VALUE, entries::add)
        .toCompletableFuture()
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
    return entries.size();
  }

  /** The newest first. */
  private static List<Row> snapshots(String id) {
    return persistence
        .session()
        .execute("SELECT * FROM " + keyspace + ".snapshots WHERE persistence_id = ?", id)
        .all();
  }

  /** Flips the lowest bit of the snapshot's last byte. */
  private static void damage(String id, Row row) {
    ByteBuffer stored = row.getByteBuffer("snapshot_data");
    assertThat(stored).isNotNull();
    ByteBuffer bytes = ByteBuffer.allocate(stored.remaining());
    bytes.put(stored).flip();
    bytes.put(bytes.limit() - 1, (byte) (bytes.get(bytes.limit() - 1) ^ 1));
    update(id, row, "snapshot_data", bytes);
  }

  private static void update(String id, Row row, String column, Object value) {
    persistence
        .session()
        .execute(
            "UPDATE "
                + keyspace
                + ".snapshots SET "
                + column
                + " = ? WHERE persistence_id = ? AND sequence_nr = ?",
            value,
            id,
            row.getLong("sequence_nr"));
  }
}
