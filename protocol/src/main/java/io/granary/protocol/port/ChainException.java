package io.granary.protocol.port;

/**
 * The chain node refused, or could not be reached. The code is JSON-RPC's (chain.md 2.1): 1 for an
 * error of the application, 11 actor not found, −1111111 for a lost connection.
 */
public final class ChainException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The code for "no answer came": nothing is known of what the node did. */
  public static final int CONNECTION_LOST = -1111111;

  private final int code;

  public ChainException(int code, String message) {
    super(message);
    this.code = code;
  }

  public ChainException(int code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** Whether no answer came, so that the request may or may not have had its effect. */
  public boolean connectionLost() {
    return code == CONNECTION_LOST;
  }
}
