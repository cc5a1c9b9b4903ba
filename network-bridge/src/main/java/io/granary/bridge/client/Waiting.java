package io.granary.bridge.client;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits on a thread of a command line; never to be used on an event loop. */
final class Waiting {
  private Waiting() {}

  /**
   * The outcome of {@code stage}.
   *
   * @throws ClientException saying that {@code what} failed, or did not come within {@code limit}
   */
  static <T> T get(CompletionStage<T> stage, Duration limit, String what) {
    try {
      return stage.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new ClientException(what + ": " + message(e), e);
    } catch (TimeoutException e) {
      throw new ClientException(what + ": no answer within " + limit.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException(what + ": interrupted", e);
    }
  }

  /** Sleeps. */
  static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException("interrupted", e);
    }
  }

  /** What happened, without the wrapping. */
  static String message(ExecutionException wrapped) {
    Throwable cause = cause(wrapped);
    String text = cause.getMessage();
    return text == null ? cause.toString() : text;
  }

  /** The failure inside; the wrapping itself where there is none. */
  static Throwable cause(ExecutionException wrapped) {
    Throwable cause = wrapped.getCause();
    return cause == null ? wrapped : cause;
  }
}
