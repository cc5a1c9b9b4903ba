package io.granary.bridge.libp2p.yamux;

import java.time.Duration;

/**
 * The bounds of one yamux session.
 *
 * @param windowInitialBytes receive window of a new stream; at least the 262,144 that the protocol
 *     lets every peer send unasked
 * @param windowMaxBytes to which a stream's receive window may grow
 * @param frameBytesMax payload of a data frame we send, at most 65,536; 65,507 makes header and
 *     payload fit one Noise message exactly
 * @param streamsInMax streams the peer may have open
 * @param streamsOutMax streams we may have open
 * @param acceptBacklog streams opened and not yet acknowledged, in each direction (libp2p/specs
 *     yamux: 256)
 * @param sendBufferBytesMax bytes written to all streams and not yet handed to the connection;
 *     above half of it no stream is writable, above it a write fails and resets its stream
 * @param pingEvery between our own pings
 * @param pingLimit silence after a ping that ends the session
 * @param receiveBytesMax sum of all receive windows; streams beyond it are refused, growth may use
 *     half of it
 * @param streamBufferBytesMax as sendBufferBytesMax, for one stream: a quarter makes it unwritable
 * @param opensWaitingMax calls of open that may wait for acknowledgements
 * @param controlFramesMax frames without payload written and not yet sent; a peer that provokes
 *     more and does not read is cut off
 * @param pingsPerSecondMax the peer's pings we answer, with as many more at once
 * @param closedRememberedMax closed streams of which we know how much may still come
 * @param strayBytesMax payload for streams never opened that is dropped before the session ends
 */
public record YamuxSettings(
    int windowInitialBytes,
    int windowMaxBytes,
    int frameBytesMax,
    int streamsInMax,
    int streamsOutMax,
    int acceptBacklog,
    long sendBufferBytesMax,
    Duration pingEvery,
    Duration pingLimit,
    long receiveBytesMax,
    int streamBufferBytesMax,
    int opensWaitingMax,
    int controlFramesMax,
    int pingsPerSecondMax,
    int closedRememberedMax,
    int strayBytesMax) {
  /** The window every stream has in each direction before any update, by the protocol. */
  public static final int PROTOCOL_WINDOW_BYTES = 262_144;

  private static final int FRAME_BYTES_LIMIT = 65_536;
  private static final int WINDOW_BYTES_LIMIT = 1 << 30;

  public YamuxSettings {
    between(windowInitialBytes, PROTOCOL_WINDOW_BYTES, WINDOW_BYTES_LIMIT, "windowInitialBytes");
    between(windowMaxBytes, windowInitialBytes, WINDOW_BYTES_LIMIT, "windowMaxBytes");
    between(frameBytesMax, 1, FRAME_BYTES_LIMIT, "frameBytesMax");
    positive(streamsInMax, "streamsInMax");
    positive(streamsOutMax, "streamsOutMax");
    positive(acceptBacklog, "acceptBacklog");
    positive(sendBufferBytesMax, "sendBufferBytesMax");
    positive(pingEvery.toNanos(), "pingEvery");
    positive(pingLimit.toNanos(), "pingLimit");
    between(receiveBytesMax, windowInitialBytes, Long.MAX_VALUE, "receiveBytesMax");
    between(streamBufferBytesMax, 4, Integer.MAX_VALUE, "streamBufferBytesMax");
    positive(opensWaitingMax, "opensWaitingMax");
    positive(controlFramesMax, "controlFramesMax");
    positive(pingsPerSecondMax, "pingsPerSecondMax");
    positive(closedRememberedMax, "closedRememberedMax");
    positive(strayBytesMax, "strayBytesMax");
  }

  /** For a public node: 256 streams each way and at most 64 MiB of receive windows a connection. */
  public static YamuxSettings defaults() {
    return new YamuxSettings(
        PROTOCOL_WINDOW_BYTES,
        16 << 20,
        65_507,
        256,
        256,
        256,
        16L << 20,
        Duration.ofSeconds(30),
        Duration.ofSeconds(20),
        64L << 20,
        4 << 20,
        256,
        4096,
        16,
        1024,
        1 << 20);
  }

  private static void positive(long value, String name) {
    between(value, 1, Long.MAX_VALUE, name);
  }

  private static void between(long value, long least, long most, String name) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be between " + least + " and " + most + ", not " + value);
    }
  }
}
