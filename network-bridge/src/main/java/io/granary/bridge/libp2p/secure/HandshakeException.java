package io.granary.bridge.libp2p.secure;

/** A Noise handshake failed: nobody, or the wrong peer, is at the other end. */
public final class HandshakeException extends SecureChannelException {
  public HandshakeException(String message) {
    super(message, null);
  }

  public HandshakeException(String message, Throwable cause) {
    super(message, cause);
  }
}
