package io.granary.persistence.store;

/** A history could not be read to its end; the message names the persistence id. */
public final class HistoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  HistoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
