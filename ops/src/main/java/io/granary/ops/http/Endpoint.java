package io.granary.ops.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * One thing that can be asked of a node. What is not listed here of a request is refused, so that a
 * misspelt parameter never silently asks for something else.
 *
 * @param method {@code GET} or {@code POST}
 * @param path with names in braces for what varies, {@code /v1/sectors/{miner}/{number}}
 * @param query the query parameters it knows
 * @param fields the fields of its JSON body it knows
 * @param work does what is asked; it may throw {@link Problem} at once or in the stage
 */
record Endpoint(
    String method,
    String path,
    Set<String> query,
    Set<String> fields,
    Function<Call, CompletionStage<Answer>> work) {
  Endpoint {
    query = Set.copyOf(query);
    fields = Set.copyOf(fields);
  }

  static Endpoint get(
      String path, Set<String> query, Function<Call, CompletionStage<JsonNode>> work) {
    return new Endpoint("GET", path, query, Set.of(), answered(work));
  }

  static Endpoint post(
      String path, Set<String> fields, Function<Call, CompletionStage<JsonNode>> work) {
    return new Endpoint("POST", path, Set.of(), fields, answered(work));
  }

  /** A POST whose work may outlast the request. */
  static Endpoint longPost(
      String path, Set<String> fields, Function<Call, CompletionStage<Answer>> work) {
    return new Endpoint("POST", path, Set.of(), fields, work);
  }

  private static Function<Call, CompletionStage<Answer>> answered(
      Function<Call, CompletionStage<JsonNode>> work) {
    return call -> work.apply(call).thenApply(Answer::ok);
  }

  /** What stands for the braces of the path in {@code segments}, when they fit it. */
  Optional<Map<String, String>> match(List<String> segments) {
    String[] own = path.substring(1).split("/", -1);
    if (own.length != segments.size()) {
      return Optional.empty();
    }
    Map<String, String> found = new HashMap<>();
    for (int i = 0; i < own.length; i++) {
      if (own[i].startsWith("{")) {
        found.put(own[i].substring(1, own[i].length() - 1), segments.get(i));
      } else if (!own[i].equals(segments.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(found);
  }
}
