package io.granary.protocol.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Both ways between a JSON tree and a value. Codecs hold no state and may be shared by threads.
 *
 * @param <T> the value's type
 */
public interface JsonCodec<T> {
  /**
   * Reads the value at {@code at}.
   *
   * @throws JsonShapeException naming the path of what is missing or wrong
   */
  T read(JsonCursor at);

  JsonNode write(T value);

  /** Reads a whole tree. */
  default T decode(JsonNode root) {
    return read(JsonCursor.root(root));
  }

  /** A codec from its two directions. */
  static <T> JsonCodec<T> of(Function<JsonCursor, T> reader, Function<T, JsonNode> writer) {
    return new JsonCodec<>() {
      @Override
      public T read(JsonCursor at) {
        try {
          return reader.apply(at);
        } catch (JsonShapeException e) {
          throw e;
        } catch (IllegalArgumentException e) {
          // What a value type refuses is told with the place it came from.
          throw at.problem(e);
        }
      }

      @Override
      public JsonNode write(T value) {
        return writer.apply(value);
      }
    };
  }

  /** A codec of an object: {@code writer} adds its members in order. */
  static <T> JsonCodec<T> object(
      Function<JsonCursor, T> reader, BiConsumer<T, JsonMembers> writer) {
    return of(
        reader,
        value -> {
          JsonMembers members = new JsonMembers();
          writer.accept(value, members);
          return members.toNode();
        });
  }

  /** The same JSON for another type of value. */
  default <U> JsonCodec<U> map(Function<T, U> forward, Function<U, T> back) {
    return of(at -> forward.apply(read(at)), value -> write(back.apply(value)));
  }

  /** A list; null reads as empty, empty is written {@code []}. */
  default JsonCodec<List<T>> list() {
    return of(
        this::readList,
        values -> {
          ArrayNode array = JsonNodeFactory.instance.arrayNode(values.size());
          values.forEach(value -> array.add(write(value)));
          return array;
        });
  }

  /** A list that the node keeps as a nil slice when empty: empty is written null. */
  default JsonCodec<List<T>> listOrNull() {
    JsonCodec<List<T>> list = list();
    return of(list::read, values -> values.isEmpty() ? NullNode.instance : list.write(values));
  }

  /** Null for the absent value. */
  default JsonCodec<Optional<T>> orNull() {
    return of(
        at -> at.isNull() ? Optional.empty() : Optional.of(read(at)),
        value -> value.map(this::write).orElse(NullNode.instance));
  }

  private List<T> readList(JsonCursor at) {
    if (at.isNull()) {
      return List.of();
    }
    List<T> values = new ArrayList<>();
    at.elements().forEach(element -> values.add(read(element)));
    return List.copyOf(values);
  }
}
