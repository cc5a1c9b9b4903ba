package io.granary.ops.stage;

import io.granary.protocol.port.HistoryEntry;
import io.granary.protocol.port.HistoryReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Function;

/** A history reader over lists of events; each may be the journal's own list of the moment. */
public final class MemoryHistory implements HistoryReader {
  private final Function<String, List<?>> journal;

  /**
   * @param journal the events of a persistence id, oldest first
   */
  public MemoryHistory(Function<String, List<?>> journal) {
    this.journal = journal;
  }

  @Override
  public <E> Flow.Publisher<HistoryEntry<E>> read(
      String persistenceId, Class<E> type, long fromSequence, long toSequence) {
    List<HistoryEntry<E>> entries = new ArrayList<>();
    long sequence = 0;
    for (Object event : journal.apply(persistenceId)) {
      sequence++;
      if (sequence >= fromSequence && sequence <= toSequence) {
        entries.add(new HistoryEntry<>(sequence, Instant.EPOCH, type.cast(event)));
      }
    }
    return subscriber -> subscriber.onSubscribe(new Reading<>(entries, subscriber));
  }

  @Override
  public CompletionStage<Long> lastSequence(String persistenceId) {
    return CompletableFuture.completedFuture((long) journal.apply(persistenceId).size());
  }

  /** Gives as many as were asked for; called by one thread. */
  private static final class Reading<E> implements Flow.Subscription {
    private final List<HistoryEntry<E>> entries;
    private final Flow.Subscriber<? super HistoryEntry<E>> subscriber;
    private int given;
    private long wanted;
    private boolean giving;
    private boolean ended;

    Reading(List<HistoryEntry<E>> entries, Flow.Subscriber<? super HistoryEntry<E>> subscriber) {
      this.entries = entries;
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      wanted += n;
      if (giving) {
        return;
      }
      giving = true;
      while (!ended && wanted > 0 && given < entries.size()) {
        wanted--;
        subscriber.onNext(entries.get(given++));
      }
      giving = false;
      if (!ended && given == entries.size()) {
        ended = true;
        subscriber.onComplete();
      }
    }

    @Override
    public void cancel() {
      ended = true;
    }
  }
}
