package io.granary.prover.child;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One request to a child.
 *
 * @param limit after which the child counts as hung and is killed
 * @param progress hears the steps, on the child's reader thread; must not block
 * @param mdc logging context for what the child logs while this runs
 */
public record ChildCall(
    String method,
    ObjectNode params,
    Duration limit,
    Consumer<ChildProgress> progress,
    Map<String, String> mdc) {
  public ChildCall {
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("limit of " + method + ": must be positive");
    }
    mdc = Map.copyOf(mdc);
  }

  /** A request whose progress nobody follows. */
  public static ChildCall of(String method, ObjectNode params, Duration limit) {
    return new ChildCall(method, params, limit, progress -> {}, Map.of());
  }
}
