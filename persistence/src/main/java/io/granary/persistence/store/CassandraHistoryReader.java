package io.granary.persistence.store;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.persistence.cassandra.query.javadsl.CassandraReadJournal;
import akka.persistence.query.EventEnvelope;
import akka.persistence.query.PersistenceQuery;
import akka.stream.javadsl.AsPublisher;
import akka.stream.javadsl.JavaFlowSupport;
import akka.stream.javadsl.Source;
import io.granary.protocol.port.HistoryEntry;
import io.granary.protocol.port.HistoryReader;
import java.time.Instant;
import java.util.concurrent.Flow;

/**
 * Reads histories by the journal plugin's own query, page by page; at most {@code
 * akka.persistence.cassandra.query.max-buffer-size} events are held for a slow reader.
 */
public final class CassandraHistoryReader implements HistoryReader {
  private final ActorSystem<?> system;
  private final CassandraReadJournal journal;

  public CassandraHistoryReader(ActorSystem<?> system) {
    this.system = system;
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

  private static <E> HistoryEntry<E> entry(EventEnvelope envelope, Class<E> type) {
    return new HistoryEntry<>(
        envelope.sequenceNr(),
        Instant.ofEpochMilli(envelope.timestamp()),
        type.cast(envelope.event()));
  }
}
