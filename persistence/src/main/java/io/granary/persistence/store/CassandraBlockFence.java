package io.granary.persistence.store;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.BlockFence;
import io.granary.protocol.winning.MinedBlock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Claims blocks by lightweight transactions (Paxos) on one row for the epoch and one for the
 * parents. Outcomes are written the same way, so that they cannot overtake the claim.
 */
public final class CassandraBlockFence implements BlockFence {
  private final CqlSession session;
  private final PreparedStatement claimEpoch;
  private final PreparedStatement claimParents;
  private final PreparedStatement note;
  private final PreparedStatement recent;

  /** Blocks while the statements are prepared; the schema must be there. */
  public CassandraBlockFence(CqlSession session, String keyspace) {
    this.session = session;
    claimEpoch =
        session.prepare(
            "INSERT INTO "
                + keyspace
                + ".claimed_blocks (miner, epoch, claim, parents, claimed, win_count,"
                + " proven_millis, submitted_millis, outcome, detail)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) IF NOT EXISTS");
    claimParents =
        session.prepare(
            "INSERT INTO "
                + keyspace
                + ".claimed_parents (miner, parents, claim, epoch) VALUES (?, ?, ?, ?)"
                + " IF NOT EXISTS");
    note =
        session.prepare(
            "UPDATE "
                + keyspace
                + ".claimed_blocks SET block = ?, submitted_millis = ?, outcome = ?, detail = ?"
                + " WHERE miner = ? AND epoch = ? IF claim = ?");
    recent =
        session.prepare(
            "SELECT epoch, claim, parents, claimed, win_count, proven_millis, block,"
                + " submitted_millis, outcome, detail FROM "
                + keyspace
                + ".claimed_blocks WHERE miner = ? LIMIT ?");
  }

  @Override
  public CompletionStage<Boolean> claim(MinedBlock block) {
    if (block.claim().isEmpty() || block.parents().isHead()) {
      throw new IllegalArgumentException("a claim needs a name and parents, got " + block);
    }
    return session
        .executeAsync(
            claimEpoch
                .bind(
                    block.miner().value(),
                    block.epoch().value(),
                    block.claim(),
                    texts(block.parents()),
                    block.claimed(),
                    block.winCount(),
                    block.provenMillis(),
                    block.submittedMillis(),
                    block.outcome().name(),
                    block.detail())
                .setIdempotent(true))
        .thenCompose(
            result ->
                holds(result, block.claim())
                    ? claimParents(block)
                    : CompletableFuture.completedStage(false));
  }

  private CompletionStage<Boolean> claimParents(MinedBlock block) {
    return session
        .executeAsync(
            claimParents
                .bind(
                    block.miner().value(),
                    block.parents().cid().toString(),
                    block.claim(),
                    block.epoch().value())
                .setIdempotent(true))
        .thenApply(result -> holds(result, block.claim()));
  }

  @Override
  public CompletionStage<Boolean> note(MinedBlock block) {
    return session
        .executeAsync(
            note.bind(
                    block.block().map(Cid::toString).orElse(""),
                    block.submittedMillis(),
                    block.outcome().name(),
                    block.detail(),
                    block.miner().value(),
                    block.epoch().value(),
                    block.claim())
                .setIdempotent(true))
        .thenApply(AsyncResultSet::wasApplied);
  }

  @Override
  public CompletionStage<List<MinedBlock>> recent(ActorId miner, int limit) {
    return session
        .executeAsync(recent.bind(miner.value(), limit).setIdempotent(true))
        .thenCompose(page -> collect(miner, page, new ArrayList<>()));
  }

  private static CompletionStage<List<MinedBlock>> collect(
      ActorId miner, AsyncResultSet page, List<MinedBlock> blocks) {
    page.currentPage().forEach(row -> blocks.add(block(miner, row)));
    return page.hasMorePages()
        ? page.fetchNextPage().thenCompose(next -> collect(miner, next, blocks))
        : CompletableFuture.completedStage(List.copyOf(blocks));
  }

  private static MinedBlock block(ActorId miner, Row row) {
    List<String> parents =
        Objects.requireNonNullElse(row.getList("parents", String.class), List.of());
    String block = text(row, "block");
    return new MinedBlock(
        miner,
        new Epoch(row.getLong("epoch")),
        text(row, "claim"),
        new TipSetKey(parents.stream().map(Cid::parse).toList()),
        Objects.requireNonNullElse(row.getInstant("claimed"), Instant.EPOCH),
        row.getLong("win_count"),
        row.getLong("proven_millis"),
        block.isEmpty() ? Optional.empty() : Optional.of(Cid.parse(block)),
        row.getLong("submitted_millis"),
        MinedBlock.Outcome.valueOf(text(row, "outcome")),
        text(row, "detail"));
  }

  private static String text(Row row, String column) {
    return Objects.requireNonNullElse(row.getString(column), "");
  }

  private static List<String> texts(TipSetKey key) {
    return key.cids().stream().map(Cid::toString).toList();
  }

  /** A refused insert answers with the row that is there. */
  private static boolean holds(AsyncResultSet result, String claim) {
    if (result.wasApplied()) {
      return true;
    }
    Row row = result.one();
    return row != null && claim.equals(row.getString("claim"));
  }
}
