package io.granary.bridge.libp2p.limit;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * How many are open for each key of one kind of scope. Keys without any are forgotten. Belongs to
 * {@link Resources}, which guards it.
 */
final class Tallies<K> {
  private static final class Tally {
    int in;
    int out;
  }

  private final Function<K, String> names;
  private final Function<K, Bound> bounds;
  private final Map<K, Tally> byKey = new HashMap<>();

  /** {@code name} is the setting that the limit comes from. */
  Tallies(String name, Bound bound) {
    this(unused -> name, unused -> bound);
  }

  /** With a setting and its bound for each key. */
  Tallies(Function<K, String> names, Function<K, Bound> bounds) {
    this.names = names;
    this.bounds = bounds;
  }

  void add(K key, Direction direction) {
    Bound bound = bounds.apply(key);
    Tally tally = byKey.getOrDefault(key, new Tally());
    boolean in = direction == Direction.IN;
    if (in ? tally.in >= bound.in() : tally.out >= bound.out()) {
      throw full(key, in ? "in" : "out", in ? bound.in() : bound.out());
    }
    if (tally.in + tally.out >= bound.total()) {
      throw full(key, "total", bound.total());
    }
    if (in) {
      tally.in++;
    } else {
      tally.out++;
    }
    byKey.put(key, tally);
  }

  private LimitException full(K key, String which, int value) {
    return new LimitException(
        LimitSettings.PATH + names.apply(key) + "." + which + " of " + value + " for " + key);
  }

  void remove(K key, Direction direction) {
    Tally tally = byKey.get(key);
    if (tally == null) {
      throw new IllegalStateException(names.apply(key) + " of " + key + " was given back twice");
    }
    if (direction == Direction.IN) {
      tally.in--;
    } else {
      tally.out--;
    }
    if (tally.in == 0 && tally.out == 0) {
      byKey.remove(key);
    }
  }

  int count(K key) {
    Tally tally = byKey.get(key);
    return tally == null ? 0 : tally.in + tally.out;
  }

  int keys() {
    return byKey.size();
  }
}
