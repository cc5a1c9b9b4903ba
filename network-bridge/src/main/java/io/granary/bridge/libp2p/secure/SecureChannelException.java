package io.granary.bridge.libp2p.secure;

import org.jspecify.annotations.Nullable;

/**
 * A connection or stream could not be agreed on or secured; the channel is closed by whoever throws
 * or reports this. The message says what was wrong. Carries no stack trace: the remote can cause as
 * many of these as it likes, and where in this package it was noticed tells nobody anything.
 */
public abstract sealed class SecureChannelException extends RuntimeException
    permits NegotiationException, HandshakeException, FrameException {
  SecureChannelException(String message, @Nullable Throwable cause) {
    super(message, cause, true, false);
  }
}
