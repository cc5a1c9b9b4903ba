package io.granary.protocol.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * One JSON-RPC method of a chain node: how its parameters and its result look.
 *
 * @param name without the prefix {@code Filecoin.}
 * @param permission what a token must allow
 * @param parameters one codec a position; all of them are always sent
 * @param result the result's codec
 * @param <R> the result's type
 */
public record RpcMethod<R>(
    String name, Permission permission, List<JsonCodec<?>> parameters, JsonCodec<R> result) {
  /** What stands before every method name on the wire. */
  public static final String PREFIX = "Filecoin.";

  public RpcMethod {
    parameters = List.copyOf(parameters);
  }

  /** A token's permissions; none implies another (chain.md 2.1). */
  public enum Permission {
    READ("read"),
    WRITE("write"),
    SIGN("sign"),
    ADMIN("admin");

    private final String text;

    Permission(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /** The name on the wire. */
  public String wireName() {
    return PREFIX + name;
  }

  /**
   * Writes the parameters.
   *
   * @param values one a position, each of the type its codec takes
   * @throws IllegalArgumentException when there are more or fewer than declared
   */
  public ArrayNode writeParameters(Object... values) {
    if (values.length != parameters.size()) {
      throw new IllegalArgumentException(
          name + ": expected " + parameters.size() + " parameters, got " + values.length);
    }
    ArrayNode array = JsonNodeFactory.instance.arrayNode(values.length);
    for (int i = 0; i < values.length; i++) {
      array.add(write(parameters.get(i), values[i]));
    }
    return array;
  }

  /**
   * Reads the parameters of a request.
   *
   * @return one value a position, each of the type its codec makes
   * @throws JsonShapeException when {@code node} is no array of as many entries as declared, or an
   *     entry has another shape
   */
  public List<Object> readParameters(JsonNode node) {
    List<JsonCursor> entries = JsonCursor.root(node).elements();
    if (entries.size() != parameters.size()) {
      throw new JsonShapeException(
          "$", "expected " + parameters.size() + " parameters, got " + entries.size());
    }
    List<Object> values = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      values.add(parameters.get(i).read(entries.get(i)));
    }
    return values;
  }

  @SuppressWarnings("unchecked") // A value of another type is the caller's mistake: it fails here.
  private static <T> JsonNode write(JsonCodec<T> codec, Object value) {
    return codec.write((T) value);
  }
}
