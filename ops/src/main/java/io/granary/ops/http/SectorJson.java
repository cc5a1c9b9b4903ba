package io.granary.ops.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.SectorId;
import io.granary.protocol.port.HistoryEntry;
import io.granary.protocol.port.SectorSummary;
import io.granary.protocol.sector.EventView;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.SectorView;

/**
 * Sectors and their events as JSON. Whole numbers are numbers; amounts are attoFIL as text, since
 * many readers of JSON take numbers for floats; what is an epoch is named so or known as one.
 */
final class SectorJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private SectorJson() {}

  /** An object that says which sector it is about. */
  static ObjectNode named(SectorId sector) {
    return JSON.objectNode()
        .put("sector", sector.toString())
        .put("miner", sector.miner().toString())
        .put("number", sector.number().value());
  }

  static ObjectNode row(SectorSummary row) {
    ObjectNode item =
        named(row.sector())
            .put("state", row.state())
            .put("sequence", row.sequence())
            .put("updated", row.updated().toString());
    row.deadline().ifPresent(value -> item.put("deadline", value));
    row.partition().ifPresent(value -> item.put("partition", value));
    row.expiration().ifPresent(value -> item.put("expiration", value));
    return item.put("detail", row.detail());
  }

  static ObjectNode state(SectorView view) {
    ObjectNode state = JSON.objectNode().put("state", view.state());
    view.fields().forEach((name, value) -> put(state, name, value));
    return state;
  }

  static ObjectNode event(HistoryEntry<SectorEvent> entry) {
    EventView view = EventView.of(entry.event());
    ObjectNode item =
        JSON.objectNode()
            .put("sequence", entry.sequence())
            .put("time", view.stamp().time().toString())
            .put("epoch", view.stamp().epoch().value())
            .put("node", view.stamp().node())
            .put("event", view.event());
    ObjectNode fields = item.putObject("fields");
    DetailLine detail = new DetailLine();
    view.fields()
        .forEach(
            (name, value) -> {
              put(fields, name, value);
              detail.add(name, value.toString());
            });
    return item.put("detail", detail.toString());
  }

  private static void put(ObjectNode into, String name, Object value) {
    if (value instanceof Long number) {
      into.put(name, number);
    } else if (value instanceof Boolean flag) {
      into.put(name, flag);
    } else {
      into.put(name, value.toString());
    }
  }
}
