package io.granary.ops.client;

/** A node refused a request, or could not be reached; the message is for people. */
public final class NodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  NodeException(int status, String message) {
    super(message);
    this.status = status;
  }

  NodeException(String message, Throwable cause) {
    super(message, cause);
    this.status = 0;
  }

  /** The HTTP status, or 0 when no answer came. */
  public int status() {
    return status;
  }
}
