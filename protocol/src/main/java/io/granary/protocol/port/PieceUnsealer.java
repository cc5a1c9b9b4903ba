package io.granary.protocol.port;

import io.granary.protocol.Bytes;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Has pieces decoded out of their replicas, so that a {@link PieceReader} finds copies of them. All
 * who ask for one piece share one decoding. Returns at once. Thread-safe.
 */
public interface PieceUnsealer {
  /**
   * Asks for a copy of {@code piece}. A decoding that nobody asks for any more is given up after a
   * while: who waits asks again.
   *
   * @param client whose request it is, one name for all requests of one client
   */
  Outcome unseal(PieceReader.Lookup.Sealed piece, Bytes client);

  /** What becomes of a request. */
  sealed interface Outcome {
    /**
     * The piece is being decoded.
     *
     * @param done when that has ended, well or not: look the piece up again; never fails
     */
    record UnderWay(CompletionStage<Void> done) implements Outcome {}

    /**
     * Not now.
     *
     * @param reason names piece and sector, fit for a client's eyes
     * @param retryAfter when it makes sense to ask again
     */
    record Refused(String reason, Duration retryAfter) implements Outcome {}
  }
}
