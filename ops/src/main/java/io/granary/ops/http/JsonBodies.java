package io.granary.ops.http;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.server.Directives;
import akka.http.javadsl.server.Route;
import akka.http.javadsl.unmarshalling.Unmarshaller;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** JSON in and out of routes. */
final class JsonBodies {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Longer than any request of ours. */
  private static final long BODY_BYTES_MAX = 64 << 10;

  private JsonBodies() {}

  /** Answers with the tree that {@code answer} completes with. */
  static Route complete(CompletionStage<JsonNode> answer) {
    return Directives.onSuccess(
        answer,
        json ->
            Directives.complete(
                HttpResponse.create()
                    .withEntity(
                        HttpEntities.create(ContentTypes.APPLICATION_JSON, json.toString()))));
  }

  /** Takes an object with no other fields than {@code known}; an empty body is an empty object. */
  static Route withObject(Set<String> known, Function<ObjectNode, Route> inner) {
    return Directives.withSizeLimit(
        BODY_BYTES_MAX,
        () ->
            Directives.entity(
                Unmarshaller.entityToString(), text -> inner.apply(parse(text, known))));
  }

  private static ObjectNode parse(String text, Set<String> known) {
    if (text.isBlank()) {
      return JsonNodeFactory.instance.objectNode();
    }
    JsonNode tree;
    try {
      tree = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw Problem.badRequest("body: not JSON: " + e.getOriginalMessage());
    }
    if (!(tree instanceof ObjectNode object)) {
      throw Problem.badRequest("body: expected a JSON object");
    }
    Iterator<String> names = object.fieldNames();
    while (names.hasNext()) {
      String name = names.next();
      if (!known.contains(name)) {
        throw Problem.badRequest("body: unknown field " + name + "; known are " + known);
      }
    }
    return object;
  }

  /** The text field {@code name}, when it is there. */
  static Optional<String> text(ObjectNode object, String name) {
    JsonNode value = object.get(name);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw Problem.badRequest(name + ": expected a text");
    }
    return Optional.of(value.textValue());
  }

  /** The text field {@code name}. */
  static String requireText(ObjectNode object, String name) {
    return text(object, name).orElseThrow(() -> Problem.badRequest(name + ": is required"));
  }
}
