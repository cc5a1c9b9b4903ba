package io.granary.protocol.sector;

import io.granary.protocol.Stamp;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * An event laid flat, for people and for JSON.
 *
 * @param event the event's name
 * @param fields what it says beside its stamp; see {@link SectorView#fields}
 */
public record EventView(String event, Stamp stamp, Map<String, Object> fields) {
  public EventView {
    fields = Collections.unmodifiableMap(new TreeMap<>(fields));
  }

  /** The view of {@code event}. */
  public static EventView of(SectorEvent event) {
    Map<String, Object> fields = new TreeMap<>();
    ViewFields.components(fields, "", (Record) event);
    fields.keySet().removeIf(name -> name.startsWith("stamp."));
    return new EventView(event.name(), event.stamp(), fields);
  }
}
