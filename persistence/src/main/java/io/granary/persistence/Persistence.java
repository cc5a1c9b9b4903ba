package io.granary.persistence;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.stream.alpakka.cassandra.javadsl.CassandraSessionRegistry;
import com.datastax.oss.driver.api.core.CqlSession;
import io.granary.persistence.schema.SchemaException;
import io.granary.persistence.schema.SchemaMigrations;
import io.granary.persistence.store.CassandraAdChain;
import io.granary.persistence.store.CassandraBlockFence;
import io.granary.persistence.store.CassandraDealBook;
import io.granary.persistence.store.CassandraHistoryReader;
import io.granary.persistence.store.CassandraMinerRoster;
import io.granary.persistence.store.CassandraPieceDeals;
import io.granary.persistence.store.CassandraPieceIndex;
import io.granary.persistence.store.CassandraSectorSummaries;
import io.granary.persistence.store.CassandraSpendFence;
import io.granary.persistence.store.PacedSectorSummaries;
import io.granary.protocol.port.AdChain;
import io.granary.protocol.port.BlockFence;
import io.granary.protocol.port.DealBook;
import io.granary.protocol.port.HistoryReader;
import io.granary.protocol.port.MinerRoster;
import io.granary.protocol.port.PieceDeals;
import io.granary.protocol.port.PieceIndex;
import io.granary.protocol.port.SectorSummaries;
import io.granary.protocol.port.SpendFence;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The store, opened.
 *
 * @param session the driver session the journal uses too; it ends with the actor system
 */
public record Persistence(
    CqlSession session,
    SectorSummaries sectorSummaries,
    SpendFence spendFence,
    BlockFence blockFence,
    MinerRoster minerRoster,
    HistoryReader historyReader,
    PieceIndex pieceIndex,
    DealBook dealBook,
    PieceDeals pieceDeals,
    AdChain adChain) {
  /** The journal plugin asks the registry for its session under this path. */
  private static final String SESSION = "akka.persistence.cassandra";

  /** A hundred bytes each. */
  private static final int PACED_SECTORS_MAX = 100_000;

  /**
   * Connects, then makes or checks the schema. Blocks; call it once, after the actor system is made
   * with {@link PersistenceSettings#akkaConfig} and before any entity starts.
   *
   * @throws StoreUnreachableException when no node answers within the connect timeout
   * @throws SchemaException when the schema is not there and may not be made
   */
  public static Persistence open(ActorSystem<?> system, PersistenceSettings settings) {
    CqlSession session = connect(system, settings);
    SchemaMigrations schema = new SchemaMigrations(session, settings.keyspace());
    if (settings.createSchema()) {
      schema.apply(settings.replication());
    } else {
      schema.check();
    }
    return new Persistence(
        session,
        paced(system, settings, new CassandraSectorSummaries(session, settings.keyspace())),
        new CassandraSpendFence(session, settings.keyspace()),
        new CassandraBlockFence(session, settings.keyspace()),
        new CassandraMinerRoster(session, settings.keyspace()),
        new CassandraHistoryReader(
            system, session, settings.keyspace(), PersistenceSettings.JOURNAL_PARTITION_EVENTS),
        new CassandraPieceIndex(session, settings.keyspace(), InstantSource.system()),
        new CassandraDealBook(session, settings.keyspace()),
        new CassandraPieceDeals(session, settings.keyspace()),
        new CassandraAdChain(session, settings.keyspace()));
  }

  /** Rows that wait when the system stops are written before it does. */
  private static PacedSectorSummaries paced(
      ActorSystem<?> system, PersistenceSettings settings, SectorSummaries store) {
    PacedSectorSummaries paced =
        new PacedSectorSummaries(
            store,
            task ->
                system
                    .scheduler()
                    .scheduleOnce(settings.summaryInterval(), task, system.executionContext()),
            PACED_SECTORS_MAX);
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
            "flush-sector-summaries",
            () -> paced.flush().thenApply(done -> Done.getInstance()));
    return paced;
  }

  private static CqlSession connect(ActorSystem<?> system, PersistenceSettings settings) {
    String what = "Cassandra at " + settings.contactPoints();
    try {
      return CassandraSessionRegistry.get(system)
          .sessionFor(SESSION)
          .underlying()
          .toCompletableFuture()
          .get(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new StoreUnreachableException(
          what + " did not answer within " + settings.connectTimeout(), e);
    } catch (ExecutionException e) {
      throw new StoreUnreachableException(
          what + " cannot be used: " + String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnreachableException("interrupted while connecting to " + what, e);
    }
  }
}
