package io.granary.devnet.chain;

/** The devnet cannot do what was asked of it: bad data directory, unusable log, bad request. */
public class DevnetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DevnetException(String message) {
    super(message);
  }

  public DevnetException(String message, Throwable cause) {
    super(message, cause);
  }
}
