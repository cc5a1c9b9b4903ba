package io.granary.bridge.libp2p.secure;

import java.time.Duration;

/**
 * Bounds of one multistream-select negotiation.
 *
 * @param tokenBytesMax bytes of one token with its newline; go-multistream takes 1024
 * @param refusedMax proposals refused before the negotiation is given up
 * @param timeLimit from the first byte that could be sent to the agreement
 */
public record NegotiationLimits(int tokenBytesMax, int refusedMax, Duration timeLimit) {
  private static final int TOKEN_BYTES_LOWEST = 32;
  private static final int TOKEN_BYTES_HIGHEST = 65_535;

  public NegotiationLimits {
    if (tokenBytesMax < TOKEN_BYTES_LOWEST || tokenBytesMax > TOKEN_BYTES_HIGHEST) {
      throw new IllegalArgumentException(
          "tokenBytesMax: must be from " + TOKEN_BYTES_LOWEST + " to " + TOKEN_BYTES_HIGHEST);
    }
    if (refusedMax < 0) {
      throw new IllegalArgumentException("refusedMax: must not be negative");
    }
    if (timeLimit.isZero() || timeLimit.isNegative()) {
      throw new IllegalArgumentException("timeLimit: must be positive");
    }
  }

  /** 1024 bytes a token, 32 refusals, 10 s: what go-libp2p gives a stream. */
  public static NegotiationLimits defaults() {
    return new NegotiationLimits(1024, 32, Duration.ofSeconds(10));
  }
}
