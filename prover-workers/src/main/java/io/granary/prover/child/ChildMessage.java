package io.granary.prover.child;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.event.Level;

/** A frame from a child, by its {@code type} (PROTOCOL.md 2). */
sealed interface ChildMessage {
  /** The first frame. */
  record Hello(ChildHello hello) implements ChildMessage {}

  /**
   * The one answer to a request; exactly one of {@code ok} and {@code error} is there.
   *
   * @param id empty when the child could not read the request's id
   */
  record Response(
      Optional<String> id,
      Optional<JsonNode> ok,
      Optional<ChildError> error,
      boolean gpuFallback,
      long millis)
      implements ChildMessage {}

  /** A record of the library's or the child's log. */
  record Log(Level level, String target, String text) implements ChildMessage {}

  /** How far the running request is. */
  record Progress(String id, ChildProgress progress) implements ChildMessage {}

  /** An optional sector number as the protocol writes it: a decimal string. */
  static OptionalLong sector(JsonNode node) {
    return node.hasNonNull("sector_number")
        ? OptionalLong.of(Long.parseLong(node.get("sector_number").asText()))
        : OptionalLong.empty();
  }
}
