package io.granary.bridge.libp2p.secure;

/** A multistream-select negotiation ended without an agreed protocol. */
public final class NegotiationException extends SecureChannelException {
  public NegotiationException(String message) {
    super(message, null);
  }

  public NegotiationException(String message, Throwable cause) {
    super(message, cause);
  }
}
