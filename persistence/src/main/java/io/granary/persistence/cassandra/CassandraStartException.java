package io.granary.persistence.cassandra;

/** The embedded Cassandra did not come up; the message ends with the tail of its log. */
public final class CassandraStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CassandraStartException(String message) {
    super(message);
  }

  CassandraStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
