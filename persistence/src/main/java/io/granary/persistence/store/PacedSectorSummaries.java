package io.granary.persistence.store;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import io.granary.protocol.port.SectorSummaries;
import io.granary.protocol.port.SectorSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes at most one row a sector and interval. The first change after a quiet interval is written
 * at once; of those that follow within it only the newest, when it ends. A sector in ordinary life
 * never notices; one that changes many times a second would otherwise double the store's work, for
 * rows that nobody could have read.
 *
 * <p>A killed process loses rows that wait, as it would lose rows in flight; the entity writes its
 * row again when it wakes up. Thread-safe.
 */
public final class PacedSectorSummaries implements SectorSummaries {
  /** Runs a task one interval from now. */
  @FunctionalInterface
  public interface AfterInterval {
    /** Never runs {@code task} on the calling thread. */
    void run(Runnable task);
  }

  private final SectorSummaries store;
  private final AfterInterval afterInterval;
  private final int sectorsMax;

  /** Sectors written within the last interval, with what waits for its end. */
  private final ConcurrentHashMap<SectorId, Optional<Waiting>> recent = new ConcurrentHashMap<>();

  private record Waiting(SectorSummary summary, CompletableFuture<Void> written) {}

  /**
   * @param sectorsMax sectors that may be paced at once; changes of more are written at once
   */
  public PacedSectorSummaries(SectorSummaries store, AfterInterval afterInterval, int sectorsMax) {
    this.store = store;
    this.afterInterval = afterInterval;
    this.sectorsMax = sectorsMax;
  }

  /** Completes when this row, or a newer one of the sector, is written. */
  @Override
  public CompletionStage<Void> upsert(SectorSummary summary) {
    CompletableFuture<Void> written = new CompletableFuture<>();
    boolean room = recent.size() < sectorsMax;
    Optional<Waiting> entry =
        recent.compute(
            summary.sector(),
            (sector, before) -> {
              if (before == null) {
                return room ? Optional.empty() : null;
              }
              return Optional.of(newer(before, new Waiting(summary, written)));
            });
    if (entry == null) {
      return store.upsert(summary);
    }
    if (entry.isEmpty()) {
      return writeAndPace(summary);
    }
    return entry.get().written();
  }

  private static Waiting newer(Optional<Waiting> before, Waiting now) {
    if (before.isEmpty()) {
      return now;
    }
    SectorSummary newest =
        before.get().summary().sequence() > now.summary().sequence()
            ? before.get().summary()
            : now.summary();
    return new Waiting(newest, before.get().written());
  }

  private CompletionStage<Void> writeAndPace(SectorSummary summary) {
    afterInterval.run(() -> intervalEnded(summary.sector()));
    return store.upsert(summary);
  }

  private void intervalEnded(SectorId sector) {
    List<Waiting> due = new ArrayList<>(1);
    recent.computeIfPresent(
        sector,
        (id, entry) -> {
          entry.ifPresent(due::add);
          return entry.isPresent() ? Optional.empty() : null;
        });
    due.forEach(waiting -> pass(waiting, writeAndPace(waiting.summary())));
  }

  private static void pass(Waiting waiting, CompletionStage<Void> writing) {
    writing.whenComplete(
        (done, failure) -> {
          if (failure == null) {
            waiting.written().complete(null);
          } else {
            waiting.written().completeExceptionally(failure);
          }
        });
  }

  /** Writes what waits now; completes when all of it is written, or some failed. */
  public CompletionStage<Void> flush() {
    List<CompletableFuture<Void>> writes = new ArrayList<>();
    for (SectorId sector : List.copyOf(recent.keySet())) {
      Optional<Waiting> entry = Optional.ofNullable(recent.remove(sector)).flatMap(e -> e);
      entry.ifPresent(
          waiting -> {
            pass(waiting, store.upsert(waiting.summary()));
            writes.add(waiting.written());
          });
    }
    return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new));
  }

  @Override
  public CompletionStage<List<SectorSummary>> list(
      ActorId miner, Optional<String> state, Optional<Long> after, int limit) {
    return store.list(miner, state, after, limit);
  }

  @Override
  public CompletionStage<List<ActorId>> miners() {
    return store.miners();
  }
}
