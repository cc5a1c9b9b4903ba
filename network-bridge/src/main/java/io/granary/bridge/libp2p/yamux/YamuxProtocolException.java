package io.granary.bridge.libp2p.yamux;

/** The peer broke the protocol; the session ends with go away 1. */
public final class YamuxProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  YamuxProtocolException(String what) {
    super(what);
  }
}
