package io.granary.persistence.store;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.AdChain;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Chains of advertisements in Cassandra. The contexts of a chain are one partition with its head as
 * static column, so that one lightweight transaction (Paxos) moves the head and changes a context's
 * row. No head comes twice, so that a move may be tried again: when the first try took place, the
 * second finds the head that it wants.
 */
public final class CassandraAdChain implements AdChain {
  private final CqlSession session;

  /** Of reads that wait for the transactions under way. */
  private final ConsistencyLevel serial;

  private final PreparedStatement put;
  private final PreparedStatement get;
  private final PreparedStatement head;
  private final PreparedStatement advertised;
  private final PreparedStatement contexts;
  private final PreparedStatement advertise;
  private final PreparedStatement takeBack;

  /** Blocks while the statements are prepared; the schema must be there. */
  public CassandraAdChain(CqlSession session, String keyspace) {
    this.session = session;
    serial =
        DefaultConsistencyLevel.valueOf(
            session
                .getContext()
                .getConfig()
                .getDefaultProfile()
                .getString(DefaultDriverOption.REQUEST_SERIAL_CONSISTENCY));
    String nodes = keyspace + ".ad_nodes";
    String table = keyspace + ".ad_contexts";
    put = session.prepare("INSERT INTO " + nodes + " (peer, cid, data) VALUES (?, ?, ?)");
    get = session.prepare("SELECT data FROM " + nodes + " WHERE peer = ? AND cid = ?");
    head = session.prepare("SELECT head FROM " + table + " WHERE peer = ? LIMIT 1");
    advertised =
        session.prepare("SELECT advertisement FROM " + table + " WHERE peer = ? AND context = ?");
    contexts =
        session.prepare("SELECT head, context, advertisement FROM " + table + " WHERE peer = ?");
    String move = "BEGIN BATCH UPDATE " + table + " SET head = ? WHERE peer = ? IF head = ?; ";
    advertise =
        session.prepare(
            move
                + "INSERT INTO "
                + table
                + " (peer, context, advertisement) VALUES (?, ?, ?); APPLY BATCH");
    takeBack =
        session.prepare(
            move + "DELETE FROM " + table + " WHERE peer = ? AND context = ?; APPLY BATCH");
  }

  @Override
  public CompletionStage<Void> put(String peerId, Cid node, Bytes data) {
    if (data.length() > NODE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "node " + node + ": at most " + NODE_BYTES_MAX + " bytes, got " + data.length());
    }
    return run(put.bind(peerId, node.toString(), data.asReadOnlyBuffer()))
        .thenApply(result -> null);
  }

  @Override
  public CompletionStage<Optional<Bytes>> get(String peerId, Cid node) {
    return run(get.bind(peerId, node.toString()))
        .thenApply(result -> Optional.ofNullable(result.one()).map(row -> bytes(row, "data")));
  }

  @Override
  public CompletionStage<Optional<Cid>> head(String peerId) {
    return run(head.bind(peerId))
        .thenApply(result -> Optional.ofNullable(result.one()).flatMap(row -> cid(row, "head")));
  }

  @Override
  public CompletionStage<Optional<Cid>> advertised(String peerId, Bytes contextId) {
    return run(advertised.bind(peerId, contextId.asReadOnlyBuffer()).setConsistencyLevel(serial))
        .thenApply(
            result -> Optional.ofNullable(result.one()).flatMap(row -> cid(row, "advertisement")));
  }

  @Override
  public CompletionStage<Contexts> contexts(String peerId) {
    return run(contexts.bind(peerId))
        .thenCompose(page -> collect(page, Optional.empty(), new HashMap<>()));
  }

  /** A chain of which everything was taken back is one row without a context. */
  private static CompletionStage<Contexts> collect(
      AsyncResultSet page, Optional<Cid> headBefore, Map<Bytes, Cid> found) {
    Optional<Cid> first = headBefore;
    for (Row row : page.currentPage()) {
      if (first.isEmpty()) {
        first = cid(row, "head");
      }
      if (!row.isNull("context")) {
        Bytes context = bytes(row, "context");
        cid(row, "advertisement").ifPresent(by -> found.put(context, by));
      }
    }
    if (found.size() > CONTEXTS_MAX) {
      return CompletableFuture.failedStage(
          new IllegalStateException("more than " + CONTEXTS_MAX + " contexts are advertised"));
    }
    Optional<Cid> newest = first;
    return page.hasMorePages()
        ? page.fetchNextPage().thenCompose(next -> collect(next, newest, found))
        : CompletableFuture.completedStage(new Contexts(newest, found));
  }

  @Override
  public CompletionStage<Boolean> move(String peerId, Optional<Cid> from, Cid to, Change change) {
    String before = from.map(Cid::toString).orElse(null);
    ByteBuffer context = change.contextId().asReadOnlyBuffer();
    BoundStatement statement =
        change instanceof Change.Advertised
            ? advertise.bind(to.toString(), peerId, before, peerId, context, to.toString())
            : takeBack.bind(to.toString(), peerId, before, peerId, context);
    return run(statement).thenApply(result -> result.wasApplied() || isHead(result, to));
  }

  /** A refused move answers with the head that is there. */
  private static boolean isHead(AsyncResultSet result, Cid to) {
    Row row = result.one();
    return row != null
        && row.getColumnDefinitions().contains("head")
        && to.toString().equals(row.getString("head"));
  }

  private CompletionStage<AsyncResultSet> run(BoundStatement statement) {
    return session.executeAsync(statement.setIdempotent(true));
  }

  private static Optional<Cid> cid(Row row, String column) {
    return Optional.ofNullable(row.getString(column)).map(Cid::parse);
  }

  private static Bytes bytes(Row row, String column) {
    ByteBuffer value = Objects.requireNonNull(row.getByteBuffer(column), column);
    byte[] copy = new byte[value.remaining()];
    value.duplicate().get(copy);
    return Bytes.of(copy);
  }
}
