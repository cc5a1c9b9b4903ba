package io.granary.bridge.retrieval.http;

import java.util.List;

/** Answers the paths of one protocol beside others. */
public interface Route extends RequestHandler {
  /** Whether a path, in its decoded parts, is answered here. */
  boolean takes(List<String> path);
}
