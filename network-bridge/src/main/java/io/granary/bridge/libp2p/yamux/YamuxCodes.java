package io.granary.bridge.libp2p.yamux;

/**
 * Codes in go away frames and in the length of RST window updates: the first three from the yamux
 * specification, the others from libp2p/specs error-codes, as go-libp2p sends them.
 */
public final class YamuxCodes {
  /** An ordinary end. */
  public static final long NORMAL = 0;

  /** The peer broke the protocol. */
  public static final long PROTOCOL_ERROR = 1;

  /** We failed. */
  public static final long INTERNAL_ERROR = 2;

  /** No common protocol for the stream. */
  public static final long NEGOTIATION_FAILED = 0x1000;

  /** A limit on streams or memory is reached. */
  public static final long RESOURCE_LIMIT = 0x1001;

  /** Too much in too short a time. */
  public static final long RATE_LIMITED = 0x1002;

  /** The peer broke the stream's protocol. */
  public static final long PROTOCOL_VIOLATION = 0x1003;

  /** Another connection to the same peer took over. */
  public static final long SUPPLANTED = 0x1004;

  /** Closed as idle. */
  public static final long GARBAGE_COLLECTED = 0x1005;

  /** The node is shutting down. */
  public static final long SHUTDOWN = 0x1006;

  /** Refused by the connection gate. */
  public static final long GATED = 0x1007;

  private YamuxCodes() {}
}
