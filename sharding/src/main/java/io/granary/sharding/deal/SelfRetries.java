package io.granary.sharding.deal;

import io.granary.protocol.deal.DealFailure;
import io.granary.protocol.deal.DealState;
import java.time.Instant;

/**
 * When a deal that stopped for what may pass goes on by itself. Data that could not be read is read
 * again until the deal's start; a deal that the publisher refused is offered to it so many times
 * more. Waits grow with the failures of one kind in a row, and are counted anew in each life of the
 * entity. Any other failure waits for an operator. Belongs to the one actor.
 */
final class SelfRetries {
  private final DealWorkSettings settings;
  private Kind last = Kind.NONE;
  private int failures;
  private Instant notBefore = Instant.EPOCH;

  SelfRetries(DealWorkSettings settings) {
    this.settings = settings;
  }

  private enum Kind {
    /** No retry helps, or nothing failed. */
    NONE,
    READING,
    PUBLICATION;

    static Kind of(DealState state) {
      if (!(state instanceof DealState.Failed failed)
          || failed.failure().kind() != DealFailure.Kind.RETRYABLE) {
        return NONE;
      }
      if (failed.stage() instanceof DealState.Verifying) {
        return READING;
      }
      return PublicationDecisions.isRefusal(failed.failure()) ? PUBLICATION : NONE;
    }
  }

  /** The deal came into {@code state} at {@code now}, or was found in it when its life began. */
  void reached(DealState state, Instant now) {
    Kind kind = Kind.of(state);
    if (kind != Kind.NONE) {
      failures = kind == last ? failures + 1 : 1;
      last = kind;
      notBefore = now.plus(settings.retryDelay(failures));
    }
  }

  /** Whether the deal in {@code state}, whose start is still to come, goes on at {@code now}. */
  boolean isDue(DealState state, Instant now) {
    Kind kind = Kind.of(state);
    boolean allowed =
        kind == Kind.READING
            || (kind == Kind.PUBLICATION && failures <= settings.refusedRetriesMax());
    return allowed && !now.isBefore(notBefore);
  }
}
