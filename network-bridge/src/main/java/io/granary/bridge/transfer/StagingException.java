package io.granary.bridge.transfer;

/** The staging folder cannot be read or written; the message says which file and what for. */
public final class StagingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StagingException(String message, Throwable cause) {
    super(message, cause);
  }
}
