package io.granary.protocol.port;

import java.io.IOException;

/**
 * No node that holds a copy gives its bytes now: they may come when asked again. The message is fit
 * for a client's eyes, the cause is not.
 */
public final class CopyAwayException extends IOException {
  private static final long serialVersionUID = 1L;

  public CopyAwayException(String message, Throwable cause) {
    super(message, cause);
  }
}
