package io.granary.bridge.libp2p.limit;

import io.granary.bridge.libp2p.P2pException;

/** One more would be over a limit; the message names the limit and its value. */
public final class LimitException extends P2pException {
  private static final long serialVersionUID = 1L;

  LimitException(String message) {
    super(message);
  }
}
