package io.granary.persistence.store;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.granary.protocol.ActorId;
import io.granary.protocol.port.MinerRoster;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The roster as one partition of rows, read whole. */
public final class CassandraMinerRoster implements MinerRoster {
  /** There is one cluster in a keyspace; the column only gives the partition a key. */
  private static final String CLUSTER = "granary";

  private final CqlSession session;
  private final PreparedStatement insert;
  private final PreparedStatement select;

  /** Blocks while the statements are prepared; the schema must be there. */
  public CassandraMinerRoster(CqlSession session, String keyspace) {
    this.session = session;
    this.insert =
        session.prepare(
            "INSERT INTO "
                + keyspace
                + ".miners (cluster, miner, added) VALUES (?, ?, toTimestamp(now()))");
    this.select = session.prepare("SELECT miner FROM " + keyspace + ".miners WHERE cluster = ?");
  }

  @Override
  public CompletionStage<Void> add(ActorId miner) {
    return session
        .executeAsync(insert.bind(CLUSTER, miner.value()).setIdempotent(true))
        .thenAccept(result -> {});
  }

  @Override
  public CompletionStage<List<ActorId>> all() {
    return session
        .executeAsync(select.bind(CLUSTER).setIdempotent(true))
        .thenCompose(page -> collect(page, new ArrayList<>()));
  }

  private static CompletionStage<List<ActorId>> collect(AsyncResultSet page, List<ActorId> into) {
    page.currentPage().forEach(row -> into.add(new ActorId(row.getLong("miner"))));
    return page.hasMorePages()
        ? page.fetchNextPage().thenCompose(next -> collect(next, into))
        : CompletableFuture.completedFuture(List.copyOf(into));
  }
}
