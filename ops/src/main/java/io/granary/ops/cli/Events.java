package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.ops.client.NodeClient;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

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

  /** When, at which epoch, what, the state it led to where that is told, and its particulars. */
  static void print(PrintWriter out, JsonNode events) {
    boolean states = events.path(0).has("state");
    Table table =
        states
            ? new Table("#", "TIME", "EPOCH", "EVENT", "STATE", "")
            : new Table("#", "TIME", "EPOCH", "EVENT", "");
    for (JsonNode event : events) {
      List<String> cells = new ArrayList<>();
      cells.add(event.path("sequence").asText());
      cells.add(event.path("time").asText());
      cells.add(event.path("epoch").asText("-"));
      cells.add(event.path("event").asText());
      if (states) {
        cells.add(event.path("state").asText());
      }
      cells.add(event.path("detail").asText());
      table.row(cells.toArray(String[]::new));
    }
    table.print(out);
  }
}
