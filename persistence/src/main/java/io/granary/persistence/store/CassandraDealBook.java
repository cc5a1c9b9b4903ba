package io.granary.persistence.store;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.port.DealBook;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * The book of deals in Cassandra. A claim is a lightweight transaction (Paxos); a stage of it that
 * fails says nothing about the claim, and asking again finds out. Rows of deals are written with
 * their event count as write timestamp, so that an older one never replaces a newer.
 */
public final class CassandraDealBook implements DealBook {
  private static final int BUCKETS = 256;
  private static final int LIST_MAX = 1_000;
  private static final String COLUMNS =
      "deal, state, sequence, updated, client, piece, padded_bytes, start_epoch, detail";

  private final CqlSession session;

  /** How an allocation stands where signed proposals stand by their CIDs. */
  private static final String ALLOCATION = "allocation/";

  private final PreparedStatement claim;
  private final PreparedStatement holder;
  private final PreparedStatement begin;
  private final PreparedStatement published;
  private final PreparedStatement end;
  private final PreparedStatement rowClient;
  private final PreparedStatement underWayClient;
  private final PreparedStatement underWay;
  private final PreparedStatement put;
  private final PreparedStatement list;
  private final PreparedStatement rules;
  private final PreparedStatement putRules;

  /** Blocks while the statements are prepared; the schema must be there. */
  public CassandraDealBook(CqlSession session, String keyspace) {
    this.session = session;
    String in = keyspace + ".";
    claim =
        session.prepare(
            "INSERT INTO "
                + in
                + "deal_proposals (provider, proposal, deal, claimed) VALUES (?, ?, ?, ?) IF NOT"
                + " EXISTS");
    holder =
        session.prepare(
            "SELECT deal, claimed FROM "
                + in
                + "deal_proposals WHERE provider = ? AND proposal = ?");
    begin =
        session.prepare(
            "INSERT INTO "
                + in
                + "deals_under_way (provider, deal, client, staged_bytes, since, client_funds,"
                + " data_cap, collateral) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    // Of columns only: an update would bring back a deal that has ended.
    published =
        session.prepare(
            "DELETE client_funds, data_cap, collateral FROM "
                + in
                + "deals_under_way WHERE provider = ? AND deal = ?");
    end = session.prepare("DELETE FROM " + in + "deals_under_way WHERE provider = ? AND deal = ?");
    rowClient =
        session.prepare(
            "SELECT client FROM " + in + "deals WHERE provider = ? AND bucket = ? AND deal = ?");
    underWayClient =
        session.prepare(
            "SELECT client FROM " + in + "deals_under_way WHERE provider = ? AND deal = ?");
    underWay =
        session.prepare(
            "SELECT deal, client, staged_bytes, since, client_funds, data_cap, collateral FROM "
                + in
                + "deals_under_way WHERE provider = ?");
    put =
        session.prepare(
            "INSERT INTO "
                + in
                + "deals (provider, bucket, "
                + COLUMNS
                + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?");
    list =
        session.prepare(
            "SELECT "
                + COLUMNS
                + " FROM "
                + in
                + "deals WHERE provider = ? AND bucket = ? AND deal > ? LIMIT ?");
    rules =
        session.prepare(
            "SELECT version, since, document FROM " + in + "deal_rules WHERE provider = ? LIMIT ?");
    putRules =
        session.prepare(
            "INSERT INTO "
                + in
                + "deal_rules (provider, version, since, document) VALUES (?, ?, ?, ?) IF NOT"
                + " EXISTS");
  }

  @Override
  public CompletionStage<Claim> claim(
      ActorId provider, Cid signedProposal, DealId deal, Instant now) {
    return claim(provider, signedProposal.toString(), deal, now);
  }

  @Override
  public CompletionStage<Claim> claimAllocation(
      ActorId provider, long allocation, DealId deal, Instant now) {
    return claim(provider, ALLOCATION + allocation, deal, now);
  }

  @Override
  public CompletionStage<Optional<Claim>> allocationHolder(ActorId provider, long allocation) {
    return session
        .executeAsync(holder.bind(provider.value(), ALLOCATION + allocation).setIdempotent(true))
        .thenApply(
            result ->
                Optional.ofNullable(result.one())
                    .map(
                        row ->
                            new Claim(DealId.parse(text(row, "deal")), instant(row, "claimed"))));
  }

  private CompletionStage<Claim> claim(ActorId provider, String what, DealId deal, Instant now) {
    return session
        .executeAsync(claim.bind(provider.value(), what, deal.toString(), now).setIdempotent(true))
        .thenApply(
            result -> {
              var there = result.wasApplied() ? null : result.one();
              return there == null
                  ? new Claim(deal, now)
                  : new Claim(DealId.parse(text(there, "deal")), instant(there, "claimed"));
            });
  }

  @Override
  public CompletionStage<Void> begin(ActorId provider, UnderWay deal) {
    return session
        .executeAsync(
            begin
                .bind(
                    provider.value(),
                    deal.deal().toString(),
                    deal.client().toText('f'),
                    deal.stagedBytes(),
                    deal.since(),
                    deal.needs().clientFunds().atto(),
                    deal.needs().dataCapBytes(),
                    deal.needs().collateral().atto())
                .setIdempotent(true))
        .thenAccept(result -> {});
  }

  @Override
  public CompletionStage<Void> published(ActorId provider, DealId deal) {
    return session
        .executeAsync(published.bind(provider.value(), deal.toString()).setIdempotent(true))
        .thenAccept(result -> {});
  }

  @Override
  public CompletionStage<Void> end(ActorId provider, DealId deal) {
    return session
        .executeAsync(end.bind(provider.value(), deal.toString()).setIdempotent(true))
        .thenAccept(result -> {});
  }

  @Override
  public CompletionStage<Optional<Address>> client(ActorId provider, DealId deal) {
    return rowClient(provider, deal)
        .thenCompose(
            client ->
                client.isPresent()
                    ? CompletableFuture.completedStage(client)
                    : client(underWayClient.bind(provider.value(), deal.toString())));
  }

  @Override
  public CompletionStage<Boolean> hasRow(ActorId provider, DealId deal) {
    return rowClient(provider, deal).thenApply(Optional::isPresent);
  }

  private CompletionStage<Optional<Address>> rowClient(ActorId provider, DealId deal) {
    return client(rowClient.bind(provider.value(), bucket(deal), deal.toString()));
  }

  private CompletionStage<Optional<Address>> client(BoundStatement read) {
    return session
        .executeAsync(read.setIdempotent(true))
        .thenApply(
            result -> {
              var row = result.one();
              return row == null
                  ? Optional.empty()
                  : Optional.of(Address.parse(text(row, "client")));
            });
  }

  @Override
  public CompletionStage<List<UnderWay>> underWay(ActorId provider) {
    return session
        .executeAsync(underWay.bind(provider.value()).setIdempotent(true))
        .thenCompose(
            page ->
                collect(
                    page,
                    (row, into) ->
                        into.add(
                            new UnderWay(
                                DealId.parse(text(row, "deal")),
                                Address.parse(text(row, "client")),
                                row.getLong("staged_bytes"),
                                needs(row),
                                instant(row, "since"))),
                    new ArrayList<>()));
  }

  @Override
  public CompletionStage<Void> put(ActorId provider, Row row) {
    return session
        .executeAsync(
            put.bind(
                    provider.value(),
                    bucket(row.deal()),
                    row.deal().toString(),
                    row.state(),
                    row.sequence(),
                    row.updated(),
                    row.client().toText('f'),
                    row.piece(),
                    row.paddedBytes(),
                    row.startEpoch(),
                    row.detail(),
                    row.sequence())
                .setIdempotent(true))
        .thenAccept(result -> {});
  }

  @Override
  public CompletionStage<List<Rules>> rules(ActorId provider, int limit) {
    requireLimit(limit);
    return session
        .executeAsync(rules.bind(provider.value(), limit).setIdempotent(true))
        .thenCompose(
            page ->
                collect(
                    page,
                    (row, into) ->
                        into.add(
                            new Rules(
                                row.getLong("version"),
                                instant(row, "since"),
                                text(row, "document"))),
                    new ArrayList<>()));
  }

  /** Not idempotent: a second try of its own would take the first for somebody else's. */
  @Override
  public CompletionStage<Boolean> putRules(ActorId provider, Rules rules) {
    return session
        .executeAsync(
            putRules.bind(provider.value(), rules.version(), rules.since(), rules.document()))
        .thenApply(AsyncResultSet::wasApplied);
  }

  private static void requireLimit(int limit) {
    if (limit < 1 || limit > LIST_MAX) {
      throw new IllegalArgumentException("limit: 1 to " + LIST_MAX + ", not " + limit);
    }
  }

  private static int bucket(DealId deal) {
    return Integer.parseInt(deal.toString().substring(0, 2), 16);
  }

  @Override
  public CompletionStage<List<Row>> list(ActorId provider, Optional<DealId> after, int limit) {
    requireLimit(limit);
    return listFrom(
        provider,
        after.map(CassandraDealBook::bucket).orElse(0),
        after.map(DealId::toString).orElse(""),
        limit,
        new ArrayList<>());
  }

  /** Bucket by bucket, in the order of ids: an empty one costs a read of half a millisecond. */
  private CompletionStage<List<Row>> listFrom(
      ActorId provider, int bucket, String after, int limit, List<Row> found) {
    if (bucket == BUCKETS || found.size() == limit) {
      return CompletableFuture.completedFuture(List.copyOf(found));
    }
    return session
        .executeAsync(
            list.bind(provider.value(), bucket, after, limit - found.size()).setIdempotent(true))
        .thenCompose(page -> collect(page, (row, into) -> into.add(row(row)), found))
        .thenCompose(all -> listFrom(provider, bucket + 1, "", limit, found));
  }

  private static Row row(com.datastax.oss.driver.api.core.cql.Row row) {
    return new Row(
        DealId.parse(text(row, "deal")),
        text(row, "state"),
        row.getLong("sequence"),
        instant(row, "updated"),
        Address.parse(text(row, "client")),
        text(row, "piece"),
        row.getLong("padded_bytes"),
        row.getLong("start_epoch"),
        text(row, "detail"));
  }

  /** A column that is not there reads as nothing. */
  private static Needs needs(com.datastax.oss.driver.api.core.cql.Row row) {
    return new Needs(
        amount(row, "client_funds"), row.getLong("data_cap"), amount(row, "collateral"));
  }

  private static TokenAmount amount(com.datastax.oss.driver.api.core.cql.Row row, String column) {
    return new TokenAmount(Objects.requireNonNullElse(row.getBigInteger(column), BigInteger.ZERO));
  }

  private static String text(com.datastax.oss.driver.api.core.cql.Row row, String column) {
    return Objects.requireNonNullElse(row.getString(column), "");
  }

  private static Instant instant(com.datastax.oss.driver.api.core.cql.Row row, String column) {
    return Objects.requireNonNullElse(row.getInstant(column), Instant.EPOCH);
  }

  private static <T> CompletionStage<List<T>> collect(
      AsyncResultSet page,
      BiConsumer<com.datastax.oss.driver.api.core.cql.Row, List<T>> add,
      List<T> into) {
    page.currentPage().forEach(row -> add.accept(row, into));
    return page.hasMorePages()
        ? page.fetchNextPage().thenCompose(next -> collect(next, add, into))
        : CompletableFuture.completedFuture(into);
  }
}
