package io.granary.bridge.libp2p.secure;

import java.time.Duration;

/**
 * Bounds of one Noise handshake.
 *
 * @param frameBytesMax bytes of one handshake message; the format allows 65,535, an RSA 8192
 *     payload needs less than 3 KiB
 * @param muxersMax entries of the remote's muxer list beyond which the list is ignored, as
 *     go-libp2p does
 * @param timeLimit for the whole handshake
 */
public record HandshakeLimits(int frameBytesMax, int muxersMax, Duration timeLimit) {
  private static final int FRAME_BYTES_LOWEST = 512;

  public HandshakeLimits {
    if (frameBytesMax < FRAME_BYTES_LOWEST || frameBytesMax > NoiseFrames.MESSAGE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "frameBytesMax: must be from "
              + FRAME_BYTES_LOWEST
              + " to "
              + NoiseFrames.MESSAGE_BYTES_MAX);
    }
    if (muxersMax < 0) {
      throw new IllegalArgumentException("muxersMax: must not be negative");
    }
    if (timeLimit.isZero() || timeLimit.isNegative()) {
      throw new IllegalArgumentException("timeLimit: must be positive");
    }
  }

  /** 4 KiB a message, 100 muxers, 10 s. */
  public static HandshakeLimits defaults() {
    return new HandshakeLimits(4096, 100, Duration.ofSeconds(10));
  }
}
