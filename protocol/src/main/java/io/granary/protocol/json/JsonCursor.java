package io.granary.protocol.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** A place in a JSON tree that knows its path, for errors that name where they are. */
public final class JsonCursor {
  private final JsonNode node;
  private final String path;

  private JsonCursor(JsonNode node, String path) {
    this.node = node;
    this.path = path;
  }

  /** The root of {@code node}, written {@code $}. */
  public static JsonCursor root(JsonNode node) {
    return new JsonCursor(node, "$");
  }

  public String path() {
    return path;
  }

  /** The tree below here, as it was parsed. */
  public JsonNode node() {
    return node;
  }

  public boolean isNull() {
    return node.isNull();
  }

  /** The member {@code name}; refused when this is no object or has no such member. */
  public JsonCursor member(String name) {
    requireObject();
    JsonNode child = node.get(name);
    if (child == null) {
      throw new JsonShapeException(path + "." + name, "missing");
    }
    return new JsonCursor(child, path + "." + name);
  }

  /** Reads the member {@code name} with {@code codec}. */
  public <T> T get(String name, JsonCodec<T> codec) {
    return codec.read(member(name));
  }

  /** As {@link #get}, with {@code absent} standing for a member that is missing or null. */
  public <T> T getOr(String name, JsonCodec<T> codec, T absent) {
    requireObject();
    JsonNode child = node.get(name);
    return child == null || child.isNull() ? absent : get(name, codec);
  }

  /** The elements of an array in order. */
  public List<JsonCursor> elements() {
    if (!node.isArray()) {
      throw wrongType("an array");
    }
    List<JsonCursor> elements = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      elements.add(new JsonCursor(node.get(i), path + "[" + i + "]"));
    }
    return elements;
  }

  /** The names of an object's members in the order they stand. */
  public List<String> names() {
    requireObject();
    List<String> names = new ArrayList<>(node.size());
    node.properties().forEach(member -> names.add(member.getKey()));
    return names;
  }

  /** A text, which must not be null. */
  public String text() {
    if (!node.isTextual()) {
      throw wrongType("a string");
    }
    return node.textValue();
  }

  /** A whole number within 64 signed bits, written without point or exponent. */
  public long integer() {
    if (!node.isIntegralNumber()) {
      throw wrongType("an integer");
    }
    if (!node.canConvertToLong()) {
      throw problem("integer outside 64 bits: " + node);
    }
    return node.longValue();
  }

  /** A finite number, with or without a fraction. */
  public double number() {
    if (!node.isNumber()) {
      throw wrongType("a number");
    }
    double value = node.doubleValue();
    if (!Double.isFinite(value)) {
      throw problem("number outside a double: " + node);
    }
    return value;
  }

  public boolean bool() {
    if (!node.isBoolean()) {
      throw wrongType("true or false");
    }
    return node.booleanValue();
  }

  /** An error at this place. */
  public JsonShapeException problem(String problem) {
    return new JsonShapeException(path, problem);
  }

  /** An error at this place with what led to it. */
  public JsonShapeException problem(IllegalArgumentException cause) {
    return new JsonShapeException(path, String.valueOf(cause.getMessage()), cause);
  }

  private JsonShapeException wrongType(String expected) {
    return problem("expected " + expected + ", got " + describe(node));
  }

  private void requireObject() {
    if (!node.isObject()) {
      throw wrongType("an object");
    }
  }

  private static String describe(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT, POJO -> "an object";
      case ARRAY -> "an array";
      case STRING -> "a string";
      case NUMBER -> node.isIntegralNumber() ? "an integer" : "a fraction";
      case BOOLEAN -> "a boolean";
      case NULL -> "null";
      case BINARY, MISSING -> "nothing";
    };
  }
}
