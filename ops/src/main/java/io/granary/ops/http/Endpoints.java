package io.granary.ops.http;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.RequestEntity;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.javadsl.server.Directives;
import akka.http.javadsl.server.Route;
import akka.http.javadsl.unmarshalling.Unmarshaller;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds a request's {@link Endpoint}, checks what the request says, and answers with JSON. */
final class Endpoints {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  /** Longer than any request of ours. */
  static final long BODY_BYTES_MAX = 64 << 10;

  private final List<Endpoint> all;

  Endpoints(List<Endpoint> all) {
    this.all = List.copyOf(all);
  }

  List<Endpoint> all() {
    return all;
  }

  /** A route that answers every request, unknown paths too. */
  Route route() {
    return Directives.extractRequest(this::dispatch);
  }

  private Route dispatch(HttpRequest request) {
    List<String> segments = segments(request);
    Set<String> methods = new TreeSet<>();
    for (Endpoint endpoint : all) {
      Optional<Map<String, String>> path = endpoint.match(segments);
      if (path.isPresent()) {
        if (endpoint.method().equals(request.method().value())) {
          return take(endpoint, path.get(), request);
        }
        methods.add(endpoint.method());
      }
    }
    String at = request.getUri().path();
    if (methods.isEmpty()) {
      throw Problem.notFound("there is nothing at " + at);
    }
    String allowed = String.join(", ", methods);
    return Directives.complete(
        ProblemResponses.of(Problem.methodNotAllowed(at, allowed))
            .addHeader(RawHeader.create("Allow", allowed)));
  }

  /** Without the empty one that a closing slash leaves. */
  private static List<String> segments(HttpRequest request) {
    List<String> segments = new ArrayList<>();
    request.getUri().pathSegments().forEach(segments::add);
    if (!segments.isEmpty() && segments.get(segments.size() - 1).isEmpty()) {
      segments.remove(segments.size() - 1);
    }
    return segments;
  }

  private static Route take(Endpoint endpoint, Map<String, String> path, HttpRequest request) {
    Map<String, String> query = query(endpoint, request);
    if (endpoint.method().equals("GET")) {
      return complete(endpoint, new Call(path, query, JsonNodeFactory.instance.objectNode()));
    }
    requireJson(request.entity());
    return Directives.withSizeLimit(
        BODY_BYTES_MAX,
        () ->
            Directives.entity(
                Unmarshaller.entityToString(),
                text -> complete(endpoint, new Call(path, query, body(endpoint, text)))));
  }

  private static Map<String, String> query(Endpoint endpoint, HttpRequest request) {
    Map<String, String> given = new HashMap<>();
    for (var pair : request.getUri().query().toList()) {
      if (!endpoint.query().contains(pair.first())) {
        throw Problem.badRequest(
            pair.first() + ": unknown query parameter; known are " + sorted(endpoint.query()));
      }
      if (given.put(pair.first(), pair.second()) != null) {
        throw Problem.badRequest(pair.first() + ": given twice");
      }
    }
    return given;
  }

  /**
   * A browser sends a body of any other type without asking the server first, whatever page it
   * comes from.
   */
  private static void requireJson(RequestEntity entity) {
    boolean empty = entity.getContentLengthOption().orElse(-1) == 0;
    String type = entity.getContentType().mediaType().toString();
    if (!empty && !type.equals("application/json")) {
      throw Problem.unsupportedMediaType("Content-Type: expected application/json, got " + type);
    }
  }

  private static ObjectNode body(Endpoint endpoint, String text) {
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
      if (!endpoint.fields().contains(name)) {
        throw Problem.badRequest(name + ": unknown field; known are " + sorted(endpoint.fields()));
      }
    }
    return object;
  }

  private static Set<String> sorted(Set<String> names) {
    return new TreeSet<>(names);
  }

  private static Route complete(Endpoint endpoint, Call call) {
    return Directives.onSuccess(
        endpoint.work().apply(call),
        answer ->
            Directives.complete(
                HttpResponse.create()
                    .withStatus(StatusCodes.get(answer.status()))
                    .withEntity(
                        HttpEntities.create(
                            ContentTypes.APPLICATION_JSON, answer.body().toString()))));
  }
}
