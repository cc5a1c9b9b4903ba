package io.granary.sharding.deal;

import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealState;
import java.util.Optional;

/** What a deal answers. */
public sealed interface DealReply {
  /** What the client is told; it is stored. */
  record Answered(DealResponse response) implements DealReply {}

  /** Done. */
  record Accepted() implements DealReply {}

  record Rejected(Code code, String detail) implements DealReply {
    /** Why. */
    public enum Code {
      /** Nobody proposed such a deal. */
      UNKNOWN_DEAL,
      /** The deal waits for no file. */
      NOT_AWAITING_DATA,
      /** The file cannot be read, or does not fit. */
      BAD_FILE,
      /** The deal has not failed, or nothing can be done about it. */
      NOT_RETRYABLE,
      /** The deal is not, and was not, active: nothing is paid for it. */
      NOT_ACTIVE
    }
  }

  /**
   * The live state.
   *
   * @param state empty when nobody proposed the deal
   * @param sequence events so far
   * @param sectorState the state of its sector as last seen since the deal woke up; empty before
   */
  record StateIs(Optional<DealState.Known> state, long sequence, String sectorState)
      implements DealReply {}
}
