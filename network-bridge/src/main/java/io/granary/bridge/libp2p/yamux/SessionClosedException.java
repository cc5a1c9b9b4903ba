package io.granary.bridge.libp2p.yamux;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The session under a stream ended before the stream did. */
public final class SessionClosedException extends IOException {
  private static final long serialVersionUID = 1L;

  SessionClosedException(String what, @Nullable Throwable cause) {
    super("yamux session ended: " + what, cause);
  }
}
