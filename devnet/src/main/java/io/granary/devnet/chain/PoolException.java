package io.granary.devnet.chain;

/** The message pool refused a message; the text is the node's. */
public final class PoolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PoolException(String message) {
    super(message);
  }
}
