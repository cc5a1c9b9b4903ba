package io.granary.bridge.retrieval.http;

import java.io.IOException;

/** Answers requests, on worker threads; may block on disks and the store. Thread-safe. */
@FunctionalInterface
public interface RequestHandler {
  /**
   * The answer to a GET or HEAD; its body is closed by the server.
   *
   * @throws HttpProblem for a request that is refused
   * @throws IOException when a disk or the store fails: 500
   */
  Answer answer(RequestHead head) throws IOException;

  /**
   * The same for a handler that must know who asks.
   *
   * @throws NotYetException when the answer is worth waiting for; not to one who waited
   */
  default Answer answer(RequestHead head, Asker asker) throws IOException {
    return answer(head);
  }
}
