package io.granary.ops.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.job.JobId;
import io.granary.protocol.piece.Commitment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the machines' records as JSON: a field a component, absent optionals left out, value types
 * as the text or number people know them by. Everything a record holds is written, so that two
 * states with equal JSON are equal.
 */
public final class RecordJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Types whose {@code toString} is how they are written everywhere. */
  private static final Set<Class<?>> AS_TEXT =
      Set.of(
          Bytes.class,
          Address.class,
          Cid.class,
          Commitment.class,
          TokenAmount.class,
          SectorId.class,
          ActorId.class,
          JobId.class,
          BitField.class,
          BigInteger.class,
          Instant.class,
          Duration.class,
          String.class);

  private RecordJson() {}

  /**
   * The JSON of {@code value}.
   *
   * @throws IllegalStateException for a type no record of ours should hold
   */
  public static JsonNode of(Object value) {
    if (AS_TEXT.contains(value.getClass())) {
      return JSON.textNode(value.toString());
    }
    if (value instanceof Epoch epoch) {
      return JSON.numberNode(epoch.value());
    }
    if (value instanceof SectorNumber number) {
      return JSON.numberNode(number.value());
    }
    if (value instanceof RegisteredPoStProof proof) {
      return JSON.numberNode((long) proof.number());
    }
    if (value instanceof Long || value instanceof Integer) {
      return JSON.numberNode(((Number) value).longValue());
    }
    if (value instanceof Boolean flag) {
      return JSON.booleanNode(flag);
    }
    if (value instanceof Enum<?> constant) {
      return JSON.textNode(constant.name());
    }
    if (value instanceof Collection<?> items) {
      ArrayNode array = JSON.arrayNode();
      items.forEach(item -> array.add(of(item)));
      return array;
    }
    if (value instanceof Map<?, ?> entries) {
      ObjectNode object = JSON.objectNode();
      entries.forEach((key, item) -> object.set(key.toString(), of(item)));
      return object;
    }
    if (value instanceof Record node) {
      return fields(node);
    }
    throw new IllegalStateException("no JSON form for " + value.getClass().getName());
  }

  /** The JSON of {@code value} but for one component, whose type may have no JSON form. */
  static ObjectNode without(Record value, String component) {
    return fields(value, component);
  }

  private static ObjectNode fields(Record value) {
    return fields(value, "");
  }

  private static ObjectNode fields(Record value, String leftOut) {
    ObjectNode object = JSON.objectNode();
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      if (component.getName().equals(leftOut)) {
        continue;
      }
      Object held = read(component, value);
      if (held instanceof Optional<?> optional) {
        optional.ifPresent(item -> object.set(component.getName(), of(item)));
      } else {
        object.set(component.getName(), of(held));
      }
    }
    return object;
  }

  private static Object read(RecordComponent component, Record value) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(value);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(
          "a record's component can always be read: " + component.getName(), e);
    }
  }
}
