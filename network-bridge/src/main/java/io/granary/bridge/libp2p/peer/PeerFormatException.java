package io.granary.bridge.libp2p.peer;

/**
 * A key, peer id, address or record from outside that is not what it should be; says which part.
 */
public final class PeerFormatException extends RuntimeException {
  /** Says what is wrong with which part. */
  public PeerFormatException(String message) {
    super(message);
  }

  /** Says what is wrong with which part, and what found it. */
  public PeerFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
