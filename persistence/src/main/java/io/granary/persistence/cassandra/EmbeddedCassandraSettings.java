package io.granary.persistence.cassandra;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How the embedded Cassandra is forked.
 *
 * @param libraries the folder of its jars
 * @param javaHome the JDK 17 it runs on
 * @param heapMebibytes the child's Java heap, 256 to 8192
 * @param startTimeout from fork to the first answered query
 * @param stopTimeout from the request to end to the kill
 * @param durability what an answered write survives
 */
public record EmbeddedCassandraSettings(
    Path libraries,
    Path javaHome,
    int heapMebibytes,
    Duration startTimeout,
    Duration stopTimeout,
    Durability durability) {
  /** The folder of Cassandra's jars; {@code ./granary} sets it. */
  public static final String LIBRARIES_PROPERTY = "granary.cassandra.lib";

  private static final String PREFIX = "granary.persistence.embedded-cassandra.";

  public EmbeddedCassandraSettings {
    if (heapMebibytes < 256 || heapMebibytes > 8192) {
      throw new IllegalArgumentException(
          PREFIX + "heap: 256 MiB to 8 GiB, not " + heapMebibytes + " MiB");
    }
    requirePositive(startTimeout, "start-timeout");
    requirePositive(stopTimeout, "stop-timeout");
  }

  private static void requirePositive(Duration duration, String key) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(PREFIX + key + ": must be above zero, is " + duration);
    }
  }

  /**
   * Reads {@code granary.persistence.embedded-cassandra}.
   *
   * @param config with this module's {@code reference.conf}
   */
  public static EmbeddedCassandraSettings from(Config config) {
    String libraries = config.getString(PREFIX + "libraries");
    String javaHome = config.getString(PREFIX + "java-home");
    return new EmbeddedCassandraSettings(
        libraries.isEmpty() ? CassandraLibraries.find() : Path.of(libraries),
        Path.of(javaHome.isEmpty() ? System.getProperty("java.home") : javaHome),
        Math.toIntExact(config.getBytes(PREFIX + "heap") >> 20),
        config.getDuration(PREFIX + "start-timeout"),
        config.getDuration(PREFIX + "stop-timeout"),
        Durability.parse(config.getString(PREFIX + "durability")));
  }
}
