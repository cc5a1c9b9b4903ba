package io.granary.protocol.port;

/**
 * The chain node refused, or could not be reached. The code is JSON-RPC's (chain.md 2.1): 1 for an
 * error of the application, 11 actor not found; or one of the constants here; or, from 400 to 499,
 * the HTTP status with which a request was turned away before it reached a handler.
 */
public final class ChainException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The code for "no answer came": nothing is known of what the node did. */
  public static final int CONNECTION_LOST = -1111111;

  /** The node does not take our token, or its file cannot be read. Nothing was done. */
  public static final int TOKEN_REFUSED = 401;

  /**
   * Too many requests under way: refused by the node, or by us before sending (JSON-RPC −32005).
   */
  public static final int LIMIT_EXCEEDED = -32005;

  /** An answer came that could not be read; the request may have had its effect. */
  public static final int MALFORMED_ANSWER = -1111112;

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

  /**
   * Whether the node's own method said so (codes 1 to 13, chain.md 2.1), and not a lost connection,
   * a refused token or a full queue.
   */
  public boolean isAnswer() {
    return code > 0 && code < 400;
  }
}
