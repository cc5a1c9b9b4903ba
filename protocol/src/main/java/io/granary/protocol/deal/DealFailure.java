package io.granary.protocol.deal;

/**
 * Why a deal stopped.
 *
 * @param reason for people
 */
public record DealFailure(Kind kind, String reason) {
  /** What can be done about it. */
  public enum Kind {
    /** An operator may let it go on; what may pass is tried again without one. */
    RETRYABLE,
    /** Nothing. */
    FATAL
  }
}
