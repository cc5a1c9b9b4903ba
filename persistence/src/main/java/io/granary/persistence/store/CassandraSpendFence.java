package io.granary.persistence.store;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.granary.protocol.address.Address;
import io.granary.protocol.port.SpendFence;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Claims nonces by lightweight transactions (Paxos) on two rows: the intent's, which says which
 * nonce it holds, then the nonce's. A stage that fails says nothing about the claim; asking again
 * with the same intent is safe and finds out.
 */
public final class CassandraSpendFence implements SpendFence {
  private final CqlSession session;
  private final PreparedStatement hold;
  private final PreparedStatement drop;
  private final PreparedStatement claim;

  /** Blocks while the statements are prepared; the schema must be there. */
  public CassandraSpendFence(CqlSession session, String keyspace) {
    this.session = session;
    this.hold =
        session.prepare(
            "INSERT INTO "
                + keyspace
                + ".intent_nonces (address, intent, nonce, claimed)"
                + " VALUES (?, ?, ?, toTimestamp(now())) IF NOT EXISTS");
    this.drop =
        session.prepare(
            "DELETE FROM "
                + keyspace
                + ".intent_nonces WHERE address = ? AND intent = ? IF nonce = ?");
    this.claim =
        session.prepare(
            "INSERT INTO "
                + keyspace
                + ".spent_nonces (address, nonce, intent, claimed)"
                + " VALUES (?, ?, ?, toTimestamp(now())) IF NOT EXISTS");
  }

  @Override
  public CompletionStage<NonceClaim> claimNonce(Address address, long nonce, String intent) {
    require(nonce, intent);
    return session
        .executeAsync(hold.bind(address.toText('f'), intent, nonce).setIdempotent(true))
        .thenCompose(
            result -> {
              long held = held(result, nonce);
              return held == nonce
                  ? claimHeld(address, nonce, intent)
                  : CompletableFuture.completedStage(new NonceClaim.HeldElsewhere(held));
            });
  }

  /** A refused insert answers with the row that is there. */
  private static long held(AsyncResultSet result, long asked) {
    if (result.wasApplied()) {
      return asked;
    }
    Row row = result.one();
    return row == null ? asked : row.getLong("nonce");
  }

  private CompletionStage<NonceClaim> claimHeld(Address address, long nonce, String intent) {
    return session
        .executeAsync(claim.bind(address.toText('f'), nonce, intent).setIdempotent(true))
        .thenCompose(
            result ->
                holds(result, intent)
                    ? CompletableFuture.completedStage(new NonceClaim.Granted())
                    : loseNonce(address, nonce, intent)
                        .thenApply(dropped -> new NonceClaim.TakenByAnother()));
  }

  private static boolean holds(AsyncResultSet result, String intent) {
    if (result.wasApplied()) {
      return true;
    }
    Row row = result.one();
    return row != null && intent.equals(row.getString("intent"));
  }

  @Override
  public CompletionStage<Boolean> loseNonce(Address address, long nonce, String intent) {
    require(nonce, intent);
    return session
        .executeAsync(drop.bind(address.toText('f'), intent, nonce).setIdempotent(true))
        .thenApply(AsyncResultSet::wasApplied);
  }

  private static void require(long nonce, String intent) {
    if (nonce < 0) {
      throw new IllegalArgumentException("nonce: must not be negative, is " + nonce);
    }
    if (intent.isEmpty()) {
      throw new IllegalArgumentException("intent: empty");
    }
  }
}
