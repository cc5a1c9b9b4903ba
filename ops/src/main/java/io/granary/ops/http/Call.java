package io.granary.ops.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;

/**
 * A request to an {@link Endpoint}, taken apart: what stands in its path's braces, its query
 * parameters, and its body, an empty object when it has none.
 */
record Call(Map<String, String> path, Map<String, String> query, ObjectNode body) {
  Call {
    path = Map.copyOf(path);
    query = Map.copyOf(query);
  }

  /** What stands for {@code name} in the path. */
  String segment(String name) {
    String value = path.get(name);
    if (value == null) {
      throw new IllegalStateException("the endpoint's path has no {" + name + "}");
    }
    return value;
  }

  /** The query parameter {@code name}, when it is there. */
  Optional<String> parameter(String name) {
    return Optional.ofNullable(query.get(name));
  }

  /** The query parameter {@code name} as a whole number of {@code min} to {@code max}. */
  long number(String name, long min, long max, long otherwise) {
    String text = query.get(name);
    if (text == null) {
      return otherwise;
    }
    if (text.matches("[0-9]{1,18}")) {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    }
    throw Problem.badRequest(name + ": expected " + min + " to " + max + ", got " + text);
  }

  /** The body's text field {@code name}, when it is there. */
  Optional<String> text(String name) {
    JsonNode value = body.get(name);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw Problem.badRequest(name + ": expected a text");
    }
    return Optional.of(value.textValue());
  }

  /** The body's field {@code name}. */
  JsonNode require(String name) {
    JsonNode value = body.get(name);
    if (value == null || value.isNull()) {
      throw Problem.badRequest(name + ": is required");
    }
    return value;
  }

  /** The body's field {@code name}, a whole number from 0. */
  long requireNumber(String name) {
    JsonNode value = require(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      throw Problem.badRequest(name + ": expected a whole number from 0");
    }
    return value.longValue();
  }

  /** The body's text field {@code name}. */
  String requireText(String name) {
    return text(name).orElseThrow(() -> Problem.badRequest(name + ": is required"));
  }
}
