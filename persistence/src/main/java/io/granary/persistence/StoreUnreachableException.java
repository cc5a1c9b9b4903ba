package io.granary.persistence;

/** The store did not answer at start; the message names its contact points. */
public final class StoreUnreachableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoreUnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
