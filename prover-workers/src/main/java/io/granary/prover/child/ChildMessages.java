package io.granary.prover.child;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.event.Level;

/**
 * Frame contents to {@link ChildMessage}s, and requests to frame contents. Unknown fields are
 * ignored, as the protocol demands of a parent; anything else that is not as described there is
 * refused with a {@link FrameException}.
 */
final class ChildMessages {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private ChildMessages() {}

  /** A request's frame content. */
  static byte[] request(String id, String method, ObjectNode params) {
    ObjectNode node = JSON.createObjectNode();
    node.put("id", id);
    node.put("method", method);
    node.set("params", params);
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can always be written", e);
    }
  }

  /** Reads one frame's content. */
  static ChildMessage read(byte[] content) throws FrameException {
    JsonNode node;
    try {
      node = JSON.readTree(content);
    } catch (IOException e) {
      throw new FrameException("frame is no JSON: " + e.getMessage());
    }
    if (node == null || !node.isObject()) {
      throw new FrameException("frame is no JSON object");
    }
    try {
      String type = text(node, "type");
      return switch (type) {
        case "hello" -> new ChildMessage.Hello(hello(node));
        case "response" -> response(node);
        case "log" ->
            new ChildMessage.Log(
                level(text(node, "level")), text(node, "target"), text(node, "text"));
        case "progress" ->
            new ChildMessage.Progress(
                text(node, "id"),
                new ChildProgress(
                    text(node, "stage"),
                    number(node, "done"),
                    number(node, "total"),
                    ChildMessage.sector(node)));
        default -> throw new FrameException("frame type: '" + type + "' is unknown");
      };
    } catch (NumberFormatException e) {
      throw new FrameException("frame has a malformed number: " + e.getMessage());
    }
  }

  /** The hello object, in the first frame and in the answer to {@code hello}. */
  private static ChildHello hello(JsonNode node) throws FrameException {
    Map<Long, Set<String>> circuits = new HashMap<>();
    JsonNode cache = node.path("parameter_cache");
    for (JsonNode set : cache.path("sets")) {
      circuits.put(
          Long.parseLong(text(set, "sector_padded_bytes")),
          new HashSet<>(texts(set.path("circuits"))));
    }
    return new ChildHello(
        Math.toIntExact(number(node, "protocol")),
        number(node, "pid"),
        text(node, "version"),
        texts(node.path("features")),
        texts(node.path("devices")),
        cache.path("directory").asText(""),
        circuits);
  }

  private static ChildMessage response(JsonNode node) throws FrameException {
    Optional<JsonNode> ok = Optional.of(node.path("ok")).filter(JsonNode::isObject);
    JsonNode error = node.path("error");
    if (ok.isPresent() == error.isObject()) {
      throw new FrameException("response: expected either 'ok' or 'error'");
    }
    return new ChildMessage.Response(
        node.hasNonNull("id") ? Optional.of(text(node, "id")) : Optional.empty(),
        ok,
        error.isObject() ? Optional.of(error(error)) : Optional.empty(),
        node.path("gpu_fallback").asBoolean(false),
        node.path("millis").asLong(0));
  }

  /** An error object: of a response, or of one sector in a {@code post.vanilla} answer. */
  static ChildError error(JsonNode node) throws FrameException {
    List<Long> sectors = new ArrayList<>();
    for (String sector : texts(node.path("sector_numbers"))) {
      sectors.add(Long.parseLong(sector));
    }
    return new ChildError(
        text(node, "kind"),
        node.path("message").asText(""),
        node.path("retryable").asBoolean(false),
        node.path("field").asText(""),
        node.path("path").asText(""),
        node.path("errno").asInt(0),
        sectors);
  }

  private static Level level(String word) throws FrameException {
    try {
      return Level.valueOf(word.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new FrameException("log level: '" + word + "' is unknown");
    }
  }

  private static String text(JsonNode node, String field) throws FrameException {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw new FrameException("frame field '" + field + "': expected a string");
    }
    return value.asText();
  }

  private static long number(JsonNode node, String field) throws FrameException {
    JsonNode value = node.path(field);
    if (!value.isIntegralNumber()) {
      throw new FrameException("frame field '" + field + "': expected a whole number");
    }
    return value.asLong();
  }

  private static List<String> texts(JsonNode array) {
    List<String> values = new ArrayList<>();
    for (JsonNode value : array) {
      values.add(value.asText());
    }
    return values;
  }
}
