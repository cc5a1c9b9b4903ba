package io.granary.bridge.retrieval.http;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A request whose answer is being made. Its client waits on the connection, and no thread with it;
 * then the request is answered anew, with {@link Asker#waited}.
 */
public final class NotYetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient CompletionStage<?> ready;
  private final Duration limit;
  private final transient Runnable over;

  /**
   * @param ready when to answer anew, whether it ends well or not
   * @param limit when to answer anew at the latest
   * @param over is run once when the waiting has ended, also when the client or the server has gone
   *     meanwhile
   */
  public NotYetException(CompletionStage<?> ready, Duration limit, Runnable over) {
    super("the answer is not there yet", null, false, false);
    this.ready = ready;
    this.limit = limit;
    this.over = over;
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
}
