package io.granary.protocol.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes the members of one object in the order they are added. */
public final class JsonMembers {
  private final ObjectNode node = JsonNodeFactory.instance.objectNode();

  public <T> JsonMembers put(String name, JsonCodec<T> codec, T value) {
    node.set(name, codec.write(value));
    return this;
  }

  public JsonMembers put(String name, JsonNode value) {
    node.set(name, value);
    return this;
  }

  /** The object with the members put so far. */
  public ObjectNode toNode() {
    return node;
  }
}
