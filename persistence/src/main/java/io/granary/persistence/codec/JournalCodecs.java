package io.granary.persistence.codec;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The codecs of a process, found by a value's class or by a manifest. Thread-safe. */
final class JournalCodecs {
  private static final Pattern MANIFEST = Pattern.compile("[a-z][A-Za-z0-9.-]{0,63}");

  private final List<EventCodec<?>> codecs;
  private final Map<String, EventCodec<?>> byManifest;
  private final Map<Class<?>, EventCodec<?>> byClass = new ConcurrentHashMap<>();

  /**
   * @throws IllegalArgumentException when two codecs claim one manifest or overlapping types, or a
   *     manifest is malformed
   */
  JournalCodecs(List<? extends EventCodec<?>> codecs) {
    this.codecs = List.copyOf(codecs);
    Map<String, EventCodec<?>> manifests = new HashMap<>();
    for (EventCodec<?> codec : this.codecs) {
      for (String manifest : codec.manifests()) {
        if (!MANIFEST.matcher(manifest).matches()) {
          throw new IllegalArgumentException(
              "manifest \"" + manifest + "\" of " + codec.getClass().getName() + " is malformed");
        }
        EventCodec<?> other = manifests.put(manifest, codec);
        if (other != null) {
          throw conflict("manifest \"" + manifest + "\"", codec, other);
        }
      }
      for (EventCodec<?> other : this.codecs) {
        if (other != codec && other.type().isAssignableFrom(codec.type())) {
          throw conflict("type " + codec.type().getName(), codec, other);
        }
      }
    }
    this.byManifest = Map.copyOf(manifests);
  }

  private static IllegalArgumentException conflict(
      String what, EventCodec<?> codec, EventCodec<?> other) {
    return new IllegalArgumentException(
        what
            + " is claimed by both "
            + codec.getClass().getName()
            + " and "
            + other.getClass().getName());
  }

  List<EventCodec<?>> all() {
    return codecs;
  }

  /** Every manifest that can be read, in order. */
  Set<String> manifests() {
    return new TreeSet<>(byManifest.keySet());
  }

  Optional<EventCodec<?>> forManifest(String manifest) {
    return Optional.ofNullable(byManifest.get(manifest));
  }

  /**
   * @throws IllegalArgumentException when no codec writes {@code value}'s class
   */
  EventCodec<?> forValue(Object value) {
    return byClass.computeIfAbsent(value.getClass(), this::find);
  }

  private EventCodec<?> find(Class<?> type) {
    return codecs.stream()
        .filter(codec -> codec.type().isAssignableFrom(type))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no journal codec writes " + type.getName()));
  }
}
