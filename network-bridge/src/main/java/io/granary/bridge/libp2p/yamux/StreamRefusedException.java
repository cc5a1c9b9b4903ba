package io.granary.bridge.libp2p.yamux;

/** A stream was not opened; no frame of it was sent. */
public final class StreamRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why not. */
  public enum Reason {
    /** As many streams as the settings allow are open or wait. */
    TOO_MANY_STREAMS,
    /** No memory is left for another receive window. */
    NO_MEMORY,
    /** The peer or this side sent go away. */
    GOING_AWAY,
    /** Every id of a connection has been used. */
    IDS_EXHAUSTED
  }

  private final Reason reason;

  StreamRefusedException(Reason reason) {
    super("stream not opened: " + reason);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
