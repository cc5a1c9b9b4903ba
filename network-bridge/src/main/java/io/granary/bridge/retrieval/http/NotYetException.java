package io.granary.bridge.retrieval.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A request whose answer is being made. Its client waits on the connection, and no thread with it;
 * then the request is answered anew, with {@link Asker#waited}, or as is said here.
 */
public final class NotYetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient CompletionStage<?> ready;
  private final Duration limit;
  private final transient Runnable over;
  private final transient Optional<Answering> then;

  /** Gives an answer on a worker thread, as {@link RequestHandler#answer} does. */
  @FunctionalInterface
  public interface Answering {
    /**
     * The answer.
     *
     * @throws HttpProblem for a request that is refused
     * @throws IOException when a disk or the store fails: 500
     */
    Answer answer() throws IOException;
  }

  /**
   * @param ready when to answer anew, whether it ends well or not
   * @param limit when to answer anew at the latest
   * @param over is run once when the waiting has ended, also when the client or the server has gone
   *     meanwhile
   */
  public NotYetException(CompletionStage<?> ready, Duration limit, Runnable over) {
    this(ready, limit, over, Optional.empty());
  }

  /**
   * @param then gives the answer when the waiting has ended, {@code ready} or not
   */
  public NotYetException(CompletionStage<?> ready, Duration limit, Runnable over, Answering then) {
    this(ready, limit, over, Optional.of(then));
  }

  private NotYetException(
      CompletionStage<?> ready, Duration limit, Runnable over, Optional<Answering> then) {
    super("the answer is not there yet", null, false, false);
    this.ready = ready;
    this.limit = limit;
    this.over = over;
    this.then = then;
  }

  CompletionStage<?> ready() {
    return ready;
  }

  Duration limit() {
    return limit;
  }

  Runnable over() {
    return over;
  }

  Optional<Answering> then() {
    return then;
  }
}
