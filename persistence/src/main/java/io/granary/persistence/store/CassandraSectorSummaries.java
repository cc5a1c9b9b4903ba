package io.granary.persistence.store;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import io.granary.protocol.port.SectorSummaries;
import io.granary.protocol.port.SectorSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * The sector read model in Cassandra. Each row is written with the sector's event count as its
 * write timestamp, so Cassandra itself keeps the newest whatever order writes arrive in, without a
 * read or a transaction. (An operator who deletes a row by hand must do so {@code USING TIMESTAMP}
 * of its sequence, or later writes stay hidden.)
 *
 * <p>Listing by state reads the miner's buckets in order and filters within each; it is made for
 * pages, and for states that are not rare among millions.
 */
public final class CassandraSectorSummaries implements SectorSummaries {
  /** Sector numbers a partition holds, a power of two. */
  static final long BUCKET_SECTORS = 4096;

  /** The most rows one listing gives. */
  static final int MAX_LIMIT = 10_000;

  private static final long ABSENT = -1;
  private static final String COLUMNS =
      "number, state, sequence, updated, deadline, partition, expiration, detail";

  private final CqlSession session;
  private final PreparedStatement insert;
  private final PreparedStatement insertBucket;
  private final PreparedStatement selectBuckets;
  private final PreparedStatement selectMiners;
  private final PreparedStatement selectRows;
  private final PreparedStatement selectRowsOfState;

  /** Buckets known to be recorded: 800 entries for 3.3 million sectors. */
  private final Set<Bucket> recorded = ConcurrentHashMap.newKeySet();

  /** Blocks while statements are prepared; the schema must be there. */
  public CassandraSectorSummaries(CqlSession session, String keyspace) {
    this.session = session;
    String rows = keyspace + ".sector_summaries";
    String buckets = keyspace + ".sector_buckets";
    insert =
        session.prepare(
            "INSERT INTO "
                + rows
                + " (miner, bucket, "
                + COLUMNS
                + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?");
    insertBucket = session.prepare("INSERT INTO " + buckets + " (miner, bucket) VALUES (?, ?)");
    selectBuckets =
        session.prepare("SELECT bucket FROM " + buckets + " WHERE miner = ? AND bucket >= ?");
    selectMiners = session.prepare("SELECT DISTINCT miner FROM " + buckets);
    String select =
        "SELECT " + COLUMNS + " FROM " + rows + " WHERE miner = ? AND bucket = ? AND number > ?";
    selectRows = session.prepare(select + " LIMIT ?");
    selectRowsOfState = session.prepare(select + " AND state = ? LIMIT ? ALLOW FILTERING");
  }

  private record Bucket(long miner, long index) {
    static Bucket of(SectorId sector) {
      return new Bucket(sector.miner().value(), sector.number().value() / BUCKET_SECTORS);
    }
  }

  @Override
  public CompletionStage<Void> upsert(SectorSummary summary) {
    Bucket bucket = Bucket.of(summary.sector());
    return record(bucket)
        .thenCompose(
            recordedNow ->
                session.executeAsync(
                    insert
                        .bind(
                            bucket.miner(),
                            bucket.index(),
                            summary.sector().number().value(),
                            summary.state(),
                            summary.sequence(),
                            summary.updated(),
                            summary.deadline().orElse(ABSENT),
                            summary.partition().orElse(ABSENT),
                            summary.expiration().orElse(ABSENT),
                            summary.detail(),
                            summary.sequence())
                        .setIdempotent(true)))
        .thenApply(result -> null);
  }

  /** The bucket first: a row whose bucket is unknown would never be listed. */
  private CompletionStage<Boolean> record(Bucket bucket) {
    if (recorded.contains(bucket)) {
      return CompletableFuture.completedFuture(false);
    }
    return session
        .executeAsync(insertBucket.bind(bucket.miner(), bucket.index()).setIdempotent(true))
        .thenApply(result -> recorded.add(bucket));
  }

  @Override
  public CompletionStage<List<SectorSummary>> list(
      ActorId miner, Optional<String> state, Optional<Long> after, int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("limit: 1 to " + MAX_LIMIT + ", not " + limit);
    }
    long above = after.orElse(-1L);
    long firstBucket = (above + 1) / BUCKET_SECTORS;
    List<Long> buckets = new ArrayList<>();
    return session
        .executeAsync(selectBuckets.bind(miner.value(), firstBucket).setIdempotent(true))
        .thenCompose(first -> collect(first, (row, to) -> to.add(row.getLong("bucket")), buckets))
        .thenCompose(
            all -> listFrom(new Listing(miner, state, above, limit, buckets), 0, List.of()));
  }

  private record Listing(
      ActorId miner, Optional<String> state, long above, int limit, List<Long> buckets) {}

  private CompletionStage<List<SectorSummary>> listFrom(
      Listing listing, int index, List<SectorSummary> before) {
    if (index == listing.buckets().size() || before.size() == listing.limit()) {
      return CompletableFuture.completedFuture(before);
    }
    long bucket = listing.buckets().get(index);
    int limit = listing.limit() - before.size();
    var statement =
        listing
            .state()
            .map(
                state ->
                    selectRowsOfState.bind(
                        listing.miner().value(), bucket, listing.above(), state, limit))
            .orElseGet(
                () -> selectRows.bind(listing.miner().value(), bucket, listing.above(), limit));
    List<SectorSummary> summaries = new ArrayList<>(before);
    return session
        .executeAsync(statement.setIdempotent(true))
        .thenCompose(
            first -> collect(first, (row, to) -> to.add(summary(listing.miner(), row)), summaries))
        .thenCompose(all -> listFrom(listing, index + 1, summaries));
  }

  @Override
  public CompletionStage<List<ActorId>> miners() {
    List<ActorId> miners = new ArrayList<>();
    return session
        .executeAsync(selectMiners.bind().setIdempotent(true))
        .thenCompose(
            first -> collect(first, (row, to) -> to.add(new ActorId(row.getLong(0))), miners))
        .thenApply(all -> miners.stream().sorted().toList());
  }

  /** Adds every row of {@code page} and of the pages after it to {@code to}. */
  private static <T> CompletionStage<List<T>> collect(
      AsyncResultSet page, BiConsumer<Row, List<T>> add, List<T> to) {
    page.currentPage().forEach(row -> add.accept(row, to));
    if (!page.hasMorePages()) {
      return CompletableFuture.completedFuture(to);
    }
    return page.fetchNextPage().thenCompose(next -> collect(next, add, to));
  }

  private static SectorSummary summary(ActorId miner, Row row) {
    return new SectorSummary(
        SectorId.of(miner.value(), row.getLong("number")),
        Objects.requireNonNullElse(row.getString("state"), ""),
        row.getLong("sequence"),
        Objects.requireNonNullElse(row.getInstant("updated"), Instant.EPOCH),
        present(row.getLong("deadline")),
        present(row.getLong("partition")),
        present(row.getLong("expiration")),
        Objects.requireNonNullElse(row.getString("detail"), ""));
  }

  private static Optional<Long> present(long value) {
    return value == ABSENT ? Optional.empty() : Optional.of(value);
  }
}
