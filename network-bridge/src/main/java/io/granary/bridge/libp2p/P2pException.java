package io.granary.bridge.libp2p;

/** A peer cannot be reached or does not speak with us; the message says which and why. */
public class P2pException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public P2pException(String message) {
    super(message);
  }

  public P2pException(String message, Throwable cause) {
    super(message, cause);
  }
}
