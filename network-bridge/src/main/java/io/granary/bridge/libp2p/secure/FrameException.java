package io.granary.bridge.libp2p.secure;

/** A frame of an established Noise channel is damaged, forged or cut short. */
public final class FrameException extends SecureChannelException {
  public FrameException(String message) {
    super(message, null);
  }

  public FrameException(String message, Throwable cause) {
    super(message, cause);
  }
}
