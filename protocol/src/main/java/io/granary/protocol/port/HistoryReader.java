package io.granary.protocol.port;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** Reads entities' events back out of the journal. */
public interface HistoryReader {
  /**
   * The events that are in the journal when the reading begins, ascending, from {@code
   * fromSequence} to {@code toSequence}, both inclusive. An id that was never used, or an empty
   * range, gives no entries. Reading goes as fast as the subscriber asks, holding a bounded number
   * of events; each subscription reads anew. An event that cannot be decoded, or is no {@code
   * type}, ends the reading with an error that names the persistence id.
   *
   * @param persistenceId for example {@code sector|f01000/1}
   * @param type the root interface of the machine's events
   */
  <E> Flow.Publisher<HistoryEntry<E>> read(
      String persistenceId, Class<E> type, long fromSequence, long toSequence);

  /**
   * How many events the journal holds of {@code persistenceId}: the sequence of the last one; 0 for
   * an id that was never used. Reads no event.
   */
  CompletionStage<Long> lastSequence(String persistenceId);

  /**
   * Reads the whole range of {@link #read} into {@code sink}, one entry at a time and in order. The
   * stage completes after the last, or fails with the first error, {@code sink}'s own included.
   */
  default <E> CompletionStage<Void> forEach(
      String persistenceId,
      Class<E> type,
      long fromSequence,
      long toSequence,
      Consumer<HistoryEntry<E>> sink) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    read(persistenceId, type, fromSequence, toSequence)
        .subscribe(new HistorySubscriber<>(sink, done));
    return done;
  }
}
