package io.granary.prover.child;

import java.io.IOException;

/** Bytes that are no frame: the stream cannot be read any further. */
public final class FrameException extends IOException {
  private static final long serialVersionUID = 1L;

  FrameException(String message) {
    super(message);
  }
}
