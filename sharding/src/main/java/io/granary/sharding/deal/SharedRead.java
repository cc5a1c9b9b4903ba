package io.granary.sharding.deal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One read for all that ask at the same time. Who asks while a read is under way gets the next one,
 * which begins after that has ended: nobody is answered from before he asked. Thread-safe: guarded
 * by this.
 */
final class SharedRead<T> {
  private final Supplier<CompletionStage<T>> read;
  private boolean reading;

  /** Of those that wait for the next read, if any do. */
  private @Nullable CompletableFuture<T> next;

  SharedRead(Supplier<CompletionStage<T>> read) {
    this.read = read;
  }

  /** What is there now. */
  CompletionStage<T> now() {
    CompletableFuture<T> mine;
    synchronized (this) {
      if (reading) {
        next = next == null ? new CompletableFuture<>() : next;
        return next;
      }
      reading = true;
      mine = new CompletableFuture<>();
    }
    begin(mine);
    return mine;
  }

  private void begin(CompletableFuture<T> asked) {
    CompletableFuture.completedStage(this)
        .thenCompose(nothing -> read.get())
        .whenComplete(
            (found, failure) -> {
              beginNext();
              if (failure == null) {
                asked.complete(found);
              } else {
                asked.completeExceptionally(failure);
              }
            });
  }

  private void beginNext() {
    CompletableFuture<T> waiting;
    synchronized (this) {
      waiting = next;
      next = null;
      reading = waiting != null;
    }
    if (waiting != null) {
      begin(waiting);
    }
  }
}
