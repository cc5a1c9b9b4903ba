package io.granary.ops.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.ops.client.NodeClient;
import io.granary.ops.client.NodeException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Asks a node over its management HTTP, again while the node says that it cannot answer yet: it is
 * starting (no answer, 503), what was ordered has not written its first event (404), or the chain
 * node does not know yet what the head has executed (502).
 */
final class PatientClient {
  private static final Duration POLL = Duration.ofMillis(500);

  /** How long a node may not answer before the story ends. */
  static final Duration SILENCE_LIMIT = Duration.ofMinutes(1);

  /** What a node answers that may know more in a moment; 0 is no answer. */
  private static final Set<Integer> NOT_YET = Set.of(0, 404, 502, 503);

  private final NodeClient node;

  PatientClient(NodeClient node) {
    this.node = node;
  }

  /**
   * What the node has at {@code path}.
   *
   * @throws DemoException when it cannot answer for {@link #SILENCE_LIMIT}
   */
  JsonNode get(String path) {
    return retried("asking for " + path, () -> node.get(path));
  }

  /**
   * Any other request, made again likewise.
   *
   * @throws DemoException when that lasts
   */
  static JsonNode retried(String what, Supplier<JsonNode> request) {
    Stopwatch watch = new Stopwatch();
    while (true) {
      try {
        return request.get();
      } catch (NodeException e) {
        if (!NOT_YET.contains(e.status())) {
          throw e;
        }
        if (watch.isOver(SILENCE_LIMIT)) {
          throw new DemoException(what + " failed: " + e.getMessage(), e);
        }
        pause();
      }
    }
  }

  /** Until it is worth asking again. */
  static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoException("interrupted", e);
    }
  }
}
