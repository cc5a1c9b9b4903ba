package io.granary.bridge.client.secret;

/** A key file, a passphrase or sealed content cannot be used; the message says which and why. */
public final class SecretException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SecretException(String message) {
    super(message);
  }

  public SecretException(String message, Throwable cause) {
    super(message, cause);
  }
}
