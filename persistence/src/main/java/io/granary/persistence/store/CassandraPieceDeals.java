package io.granary.persistence.store;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.Exposure;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.PieceDeals;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What deals want of pieces, in Cassandra: one partition a piece. */
public final class CassandraPieceDeals implements PieceDeals {
  private final CqlSession session;
  private final PreparedStatement put;
  private final PreparedStatement select;
  private final PreparedStatement expose;

  /** Blocks while the statements are prepared; the schema must be there. */
  public CassandraPieceDeals(CqlSession session, String keyspace) {
    this.session = session;
    String table = keyspace + ".piece_deals";
    put =
        session.prepare(
            "INSERT INTO "
                + table
                + " (comm_p, deal, standing, announce, keep_unsealed) VALUES (?, ?, ?, ?, ?) USING"
                + " TIMESTAMP ?");
    select =
        session.prepare(
            "SELECT deal, standing, announce, keep_unsealed, blocks, advertisement FROM "
                + table
                + " WHERE comm_p = ? LIMIT "
                + DEALS_MAX);
    expose =
        session.prepare("UPDATE " + table + " SET blocks = ?, advertisement = ? WHERE comm_p = ?");
  }

  @Override
  public CompletionStage<Void> put(Commitment piece, Wish wish, long sequence) {
    return run(
        put.bind(
            key(piece),
            wish.deal().toString(),
            wish.standing().name(),
            wish.announce(),
            wish.keepUnsealed(),
            sequence));
  }

  @Override
  public CompletionStage<Void> expose(Commitment piece, Exposure exposure) {
    return run(
        expose.bind(
            exposure.indexedBlocks().orElse(null),
            exposure.advertisement().map(Cid::toString).orElse(null),
            key(piece)));
  }

  private CompletionStage<Void> run(BoundStatement statement) {
    return session.executeAsync(statement.setIdempotent(true)).thenApply(result -> null);
  }

  @Override
  public CompletionStage<OfPiece> of(Commitment piece) {
    return session
        .executeAsync(select.bind(key(piece)).setIdempotent(true))
        .thenCompose(page -> read(page, new ArrayList<>(), Exposure.NONE));
  }

  /** A piece that nodes have told of and that has no deal is one row without a deal. */
  private static CompletionStage<OfPiece> read(
      AsyncResultSet page, List<Wish> wishes, Exposure before) {
    Exposure exposure = before;
    for (Row row : page.currentPage()) {
      String deal = row.getString("deal");
      if (deal != null) {
        wishes.add(
            new Wish(
                DealId.parse(deal),
                Standing.valueOf(
                    Objects.requireNonNullElse(row.getString("standing"), Standing.COMING.name())),
                row.getBoolean("announce"),
                row.getBoolean("keep_unsealed")));
      }
      exposure =
          new Exposure(
              row.isNull("blocks") ? Optional.empty() : Optional.of(row.getLong("blocks")),
              Optional.ofNullable(row.getString("advertisement")).map(Cid::parse));
    }
    Exposure found = exposure;
    return page.hasMorePages()
        ? page.fetchNextPage().thenCompose(next -> read(next, wishes, found))
        : CompletableFuture.completedStage(new OfPiece(wishes, found));
  }

  private static ByteBuffer key(Commitment piece) {
    return ByteBuffer.wrap(piece.bytes().toArray());
  }
}
