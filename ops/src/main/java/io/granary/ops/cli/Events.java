package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.ops.client.NodeClient;
import java.io.PrintWriter;

/** Histories: fetched page by page, shown one line an event. */
final class Events {
  private Events() {}

  /**
   * The history at {@code path} with all of its events, however many pages they are.
   *
   * @param query what stands behind the question mark, or empty
   */
  static JsonNode fetch(NodeClient client, String path, String query) {
    ObjectNode whole = (ObjectNode) client.get(path + (query.isEmpty() ? "" : "?" + query));
    ArrayNode events = whole.withArray("events");
    JsonNode next = whole.remove("next");
    while (next != null) {
      JsonNode page =
          client.get(path + "?from=" + next.asText() + (query.isEmpty() ? "" : "&" + query));
      page.path("events").forEach(events::add);
      next = page.get("next");
    }
    return whole;
  }

  /** When, at which epoch, what, and its particulars. */
  static void print(PrintWriter out, JsonNode events) {
    Table table = new Table("#", "TIME", "EPOCH", "EVENT", "");
    events.forEach(
        event ->
            table.row(
                event.path("sequence").asText(),
                event.path("time").asText(),
                event.path("epoch").asText("-"),
                event.path("event").asText(),
                event.path("detail").asText("")));
    table.print(out);
  }
}
