package io.granary.ops.http;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.port.DealBook;
import io.granary.sharding.deal.RulesInForce;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Tells and sets the rules that proposals of deals are judged by. */
final class DealRulesService {
  /** The longest history. */
  static final int LIMIT_MAX = 1000;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private final Optional<RulesInForce> served;

  /**
   * @param served empty where no deals are served
   */
  DealRulesService(Optional<RulesInForce> served) {
    this.served = served;
  }

  private RulesInForce served() {
    return served.orElseThrow(
        () -> Problem.notFound("deals: none are served here, granary.deals.enabled is off"));
  }

  /** Every rule with its value, and which of them were set. */
  CompletionStage<JsonNode> rules() {
    return served().latest().thenApply(DealRulesService::json);
  }

  private static JsonNode json(RulesInForce.Rules rules) {
    ObjectNode answer = JSON.objectNode().put("version", rules.version());
    if (rules.version() > 0) {
      answer.put("since", rules.since().toString());
    }
    answer.set("set", MAPPER.valueToTree(rules.set()));
    answer.set("rules", MAPPER.valueToTree(rules.acceptance().rules()));
    return answer;
  }

  /** What was set when, newest first. */
  CompletionStage<JsonNode> history(int limit) {
    return served()
        .history(limit)
        .thenApply(
            versions -> {
              ObjectNode answer = JSON.objectNode();
              ArrayNode all = answer.putArray("versions");
              for (DealBook.Rules version : versions) {
                all.addObject()
                    .put("version", version.version())
                    .put("since", version.since().toString())
                    .set("set", MAPPER.valueToTree(RulesInForce.set(version)));
              }
              return answer;
            });
  }

  /**
   * Sets {@code set} instead of all that was set before.
   *
   * @param expected the version that the caller has seen
   */
  CompletionStage<JsonNode> change(long expected, JsonNode set) {
    if (!set.isObject()) {
      throw Problem.badRequest("set: expected an object of keys and values");
    }
    Map<String, Object> values = new LinkedHashMap<>(MAPPER.convertValue(set, OBJECT));
    try {
      return served()
          .change(expected, values)
          .thenApply(
              changed ->
                  json(
                      changed.orElseThrow(
                          () ->
                              Problem.conflict(
                                  "version: there is another than "
                                      + expected
                                      + " by now; look at what was set, and set again"))));
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("set: " + e.getMessage());
    }
  }
}
