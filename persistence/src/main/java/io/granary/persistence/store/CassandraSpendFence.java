package io.granary.persistence.store;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.granary.protocol.address.Address;
import io.granary.protocol.port.SpendFence;
import java.util.concurrent.CompletionStage;

/**
 * Claims nonces by lightweight transactions (Paxos) on one row each. A stage that fails says
 * nothing about the claim; asking again with the same intent is safe and finds out.
 */
public final class CassandraSpendFence implements SpendFence {
  private final CqlSession session;
  private final PreparedStatement claim;

  /** Blocks while the statement is prepared; the schema must be there. */
  public CassandraSpendFence(CqlSession session, String keyspace) {
    this.session = session;
    this.claim =
        session.prepare(
            "INSERT INTO "
                + keyspace
                + ".spent_nonces (address, nonce, intent, claimed)"
                + " VALUES (?, ?, ?, toTimestamp(now())) IF NOT EXISTS");
  }

  @Override
  public CompletionStage<Boolean> claimNonce(Address address, long nonce, String intent) {
    if (nonce < 0) {
      throw new IllegalArgumentException("nonce: must not be negative, is " + nonce);
    }
    if (intent.isEmpty()) {
      throw new IllegalArgumentException("intent: empty");
    }
    return session
        .executeAsync(claim.bind(address.toText('f'), nonce, intent).setIdempotent(true))
        .thenApply(result -> holds(result, intent));
  }

  /** A refused insert answers with the row that is there. */
  private static boolean holds(AsyncResultSet result, String intent) {
    if (result.wasApplied()) {
      return true;
    }
    Row row = result.one();
    return row != null && intent.equals(row.getString("intent"));
  }
}
