package io.granary.protocol.sector;

import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredSealProof;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Flattens values into fields of text, whole numbers and truth values: a record's components by
 * name, joined by dots to what holds it; list items by their index; empty optionals left out.
 */
final class ViewFields {
  private ViewFields() {}

  /** Adds {@code value} under {@code name}. */
  static void put(Map<String, Object> fields, String name, Object value) {
    if (value instanceof Optional<?> optional) {
      optional.ifPresent(inner -> put(fields, name, inner));
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        put(fields, name + "." + i, list.get(i));
      }
    } else if (value instanceof Epoch epoch) {
      fields.put(name, epoch.value());
    } else if (value instanceof RegisteredSealProof proof) {
      fields.put(name, (long) proof.number());
    } else if (value instanceof Integer number) {
      fields.put(name, number.longValue());
    } else if (value instanceof Long || value instanceof Boolean || value instanceof String) {
      fields.put(name, value);
    } else if (isGroup(value)) {
      components(fields, name + ".", (Record) value);
    } else {
      fields.put(name, value.toString());
    }
  }

  /** Adds the components of {@code group} under {@code prefix} and their names. */
  static void components(Map<String, Object> fields, String prefix, Record group) {
    for (RecordComponent component : group.getClass().getRecordComponents()) {
      put(fields, prefix + component.getName(), read(group, component));
    }
  }

  /** Records of several parts are groups; those of one part, like a commitment, are values. */
  private static boolean isGroup(Object value) {
    return value instanceof Record record
        && record.getClass().getRecordComponents().length > 1
        && !(value instanceof io.granary.protocol.SectorId)
        && !(value instanceof Instant);
  }

  private static Object read(Record record, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(
          "cannot read " + component.getName() + " of " + record.getClass().getSimpleName(), e);
    }
  }
}
