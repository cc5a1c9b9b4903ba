package io.granary.bridge.chain;

import io.granary.protocol.port.ChainException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Lets a bounded number of requests run and a bounded number wait, in the order they came. Any
 * thread may call it.
 */
final class RequestGate {
  private final int runningMax;
  private final int waitingMax;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int running;

  RequestGate(int runningMax, int waitingMax) {
    this.runningMax = runningMax;
    this.waitingMax = waitingMax;
  }

  /**
   * Runs {@code request} when a place is free. The stage fails with {@link
   * ChainException#LIMIT_EXCEEDED} when too many wait already; nothing was sent then.
   */
  <T> CompletionStage<T> submit(Supplier<CompletionStage<T>> request) {
    CompletableFuture<T> outcome = new CompletableFuture<>();
    Runnable start = () -> start(request, outcome);
    synchronized (this) {
      if (running >= runningMax) {
        if (waiting.size() >= waitingMax) {
          outcome.completeExceptionally(
              new ChainException(
                  ChainException.LIMIT_EXCEEDED,
                  "not sent: " + waitingMax + " requests wait for the chain node already"));
        } else {
          waiting.add(start);
        }
        return outcome;
      }
      running++;
    }
    start.run();
    return outcome;
  }

  private <T> void start(Supplier<CompletionStage<T>> request, CompletableFuture<T> outcome) {
    CompletionStage<T> stage;
    try {
      stage = request.get();
    } catch (RuntimeException e) {
      stage = CompletableFuture.failedFuture(e);
    }
    stage.whenComplete(
        (value, error) -> {
          release();
          if (error == null) {
            outcome.complete(value);
          } else {
            outcome.completeExceptionally(error);
          }
        });
  }

  private void release() {
    Runnable next;
    synchronized (this) {
      next = waiting.poll();
      if (next == null) {
        running--;
        return;
      }
    }
    next.run();
  }
}
