package io.granary.persistence.schema;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a new keyspace is replicated.
 *
 * @param options Cassandra's own, for example {@code class=NetworkTopologyStrategy, dc1=3}
 */
public record Replication(Map<String, String> options) {
  private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9_.-]+");

  public Replication {
    options = Map.copyOf(options);
    if (!options.containsKey("class")) {
      throw new IllegalArgumentException("granary.persistence.replication: class is missing");
    }
    options.forEach(
        (key, value) -> {
          if (!SAFE.matcher(key).matches() || !SAFE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                "granary.persistence.replication: malformed entry " + key + " = " + value);
          }
        });
  }

  /** A single copy, for the embedded Cassandra. */
  public static Replication single() {
    return new Replication(Map.of("class", "SimpleStrategy", "replication_factor", "1"));
  }

  String cql() {
    return new TreeMap<>(options)
        .entrySet().stream()
            .map(entry -> "'" + entry.getKey() + "': '" + entry.getValue() + "'")
            .collect(Collectors.joining(", ", "{", "}"));
  }
}
