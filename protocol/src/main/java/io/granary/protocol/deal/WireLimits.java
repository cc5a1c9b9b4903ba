package io.granary.protocol.deal;

/** Bounds of what is read from the market's streams. */
public final class WireLimits {
  /** The longest request or response, in bytes (market.md 2). */
  public static final int OBJECT_BYTES_MAX = 4 << 20;

  /** How deep a request's maps and arrays may be nested; the deepest one known has five levels. */
  public static final int DEPTH_MAX = 16;

  /** The longest text, in bytes (cbor-gen, MaxLength). */
  static final int TEXT_BYTES_MAX = 8192;

  /** The longest transfer parameters, in bytes: a URL and its headers. */
  static final int TRANSFER_PARAMS_BYTES_MAX = 64 << 10;

  /** The most transports, and the most addresses of one, in a retrieval response. */
  static final int TRANSPORTS_MAX = 64;

  /** The longest binary multiaddr, in bytes. */
  static final int MULTIADDR_BYTES_MAX = 1024;

  private WireLimits() {}
}
