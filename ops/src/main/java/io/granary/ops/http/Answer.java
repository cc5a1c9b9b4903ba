package io.granary.ops.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a request that was not refused is answered with. */
record Answer(int status, JsonNode body) {
  static Answer ok(JsonNode body) {
    return new Answer(200, body);
  }

  /**
   * The work goes on and outlasts the request.
   *
   * @param waitsFor for people
   * @param repeat the body to send to the same path to hear of the end
   */
  static Answer accepted(String waitsFor, JsonNode repeat) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("waitsFor", waitsFor);
    body.set("repeat", repeat);
    return new Answer(202, body);
  }
}
