package io.granary.bridge.libp2p.yamux;

import java.io.IOException;

/** The stream was reset by the peer or by us: what was under way in either direction is lost. */
public final class StreamResetException extends IOException {
  private static final long serialVersionUID = 1L;
  private final long code;
  private final boolean byPeer;

  StreamResetException(long streamId, long code, boolean byPeer) {
    super(
        "stream "
            + streamId
            + " reset by "
            + (byPeer ? "the peer" : "this side")
            + ", code 0x"
            + Long.toHexString(code));
    this.code = code;
    this.byPeer = byPeer;
  }

  /** As in {@link YamuxCodes}; 0 when none was given. */
  public long code() {
    return code;
  }

  /** Whether the peer reset it. */
  public boolean byPeer() {
    return byPeer;
  }
}
