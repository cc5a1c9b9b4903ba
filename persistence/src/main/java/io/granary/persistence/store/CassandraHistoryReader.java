package io.granary.persistence.store;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.persistence.cassandra.query.javadsl.CassandraReadJournal;
import akka.persistence.query.EventEnvelope;
import akka.persistence.query.PersistenceQuery;
import akka.stream.javadsl.AsPublisher;
import akka.stream.javadsl.JavaFlowSupport;
import akka.stream.javadsl.Source;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.granary.protocol.port.HistoryEntry;
import io.granary.protocol.port.HistoryReader;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Reads histories by the journal plugin's own query, page by page; at most {@code
 * akka.persistence.cassandra.query.max-buffer-size} events are held for a slow reader.
 */
public final class CassandraHistoryReader implements HistoryReader {
  private final ActorSystem<?> system;
  private final CassandraReadJournal journal;
  private final CqlSession session;
  private final PreparedStatement selectLast;
  private final long partitionEvents;

  /**
   * Blocks while a statement is prepared; the schema must be there.
   *
   * @param partitionEvents how many events the journal puts into one partition
   */
  public CassandraHistoryReader(
      ActorSystem<?> system, CqlSession session, String keyspace, long partitionEvents) {
    this.system = system;
    this.session = session;
    this.partitionEvents = partitionEvents;
    this.selectLast =
        session.prepare(
            "SELECT sequence_nr FROM "
                + keyspace
                + ".messages WHERE persistence_id = ? AND partition_nr = ?"
                + " ORDER BY sequence_nr DESC LIMIT 1");
    this.journal =
        PersistenceQuery.get(system)
            .getReadJournalFor(CassandraReadJournal.class, CassandraReadJournal.Identifier());
  }

  @Override
  public <E> Flow.Publisher<HistoryEntry<E>> read(
      String persistenceId, Class<E> type, long fromSequence, long toSequence) {
    Source<HistoryEntry<E>, NotUsed> source =
        journal
            .currentEventsByPersistenceId(persistenceId, fromSequence, toSequence)
            .map(envelope -> entry(envelope, type))
            .mapError(
                Throwable.class,
                error ->
                    new HistoryException(
                        "history of " + persistenceId + ": " + error.getMessage(), error));
    return subscriber ->
        source
            .runWith(JavaFlowSupport.Sink.asPublisher(AsPublisher.WITHOUT_FANOUT), system)
            .subscribe(subscriber);
  }

  /** From the first partition to the first that is not full: nearly every stream has one. */
  @Override
  public CompletionStage<Long> lastSequence(String persistenceId) {
    return lastSequence(persistenceId, 0, 0);
  }

  private CompletionStage<Long> lastSequence(String persistenceId, long partition, long before) {
    return session
        .executeAsync(selectLast.bind(persistenceId, partition).setIdempotent(true))
        .thenCompose(
            rows -> {
              Row row = rows.one();
              long last = row == null ? before : row.getLong(0);
              return row == null || last < (partition + 1) * partitionEvents
                  ? CompletableFuture.completedStage(last)
                  : lastSequence(persistenceId, partition + 1, last);
            });
  }

  private static <E> HistoryEntry<E> entry(EventEnvelope envelope, Class<E> type) {
    return new HistoryEntry<>(
        envelope.sequenceNr(),
        Instant.ofEpochMilli(envelope.timestamp()),
        type.cast(envelope.event()));
  }
}
