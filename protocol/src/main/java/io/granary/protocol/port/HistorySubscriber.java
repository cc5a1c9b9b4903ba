package io.granary.protocol.port;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** Takes entries one by one; called by one thread at a time, as reactive streams demand. */
final class HistorySubscriber<E> implements Flow.Subscriber<HistoryEntry<E>> {
  private final Consumer<HistoryEntry<E>> sink;
  private final CompletableFuture<Void> done;
  private Optional<Flow.Subscription> subscription = Optional.empty();

  HistorySubscriber(Consumer<HistoryEntry<E>> sink, CompletableFuture<Void> done) {
    this.sink = sink;
    this.done = done;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    if (subscription.isPresent()) {
      given.cancel();
      return;
    }
    subscription = Optional.of(given);
    given.request(1);
  }

  @Override
  public void onNext(HistoryEntry<E> entry) {
    try {
      sink.accept(entry);
    } catch (RuntimeException e) {
      subscription.ifPresent(Flow.Subscription::cancel);
      done.completeExceptionally(e);
      return;
    }
    subscription.ifPresent(s -> s.request(1));
  }

  @Override
  public void onError(Throwable error) {
    done.completeExceptionally(error);
  }

  @Override
  public void onComplete() {
    done.complete(null);
  }
}
