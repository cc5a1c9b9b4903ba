package io.granary.bridge.retrieval.plain;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of plain copies, from {@code granary.network-bridge.retrieval.plain-copies};
 * reference.conf says what each means.
 *
 * @param folder of nothing else; empty when there are to be no plain copies
 * @param bytesMax of all plain copies, the one under way included
 * @param freeBytesMin left free on the folder's file system
 * @param copiesMax plain copies, each of which holds a descriptor
 * @param afterReads of a whole piece, or as many bytes of parts of it
 * @param within the time of those reads, and until a copying that failed is tried again
 * @param countedMax pieces whose reads are counted
 * @param fillBytesPerSecondMax 0 for no bound
 */
public record PlainCopySettings(
    Optional<Path> folder,
    long bytesMax,
    long freeBytesMin,
    int copiesMax,
    int afterReads,
    Duration within,
    int countedMax,
    long fillBytesPerSecondMax) {
  private static final String PATH = "granary.network-bridge.retrieval.plain-copies.";
  private static final int COPIES_MAX = 1 << 16;
  private static final int READS_MAX = 1_000_000;
  private static final int COUNTED_MAX = 1_000_000;

  public PlainCopySettings {
    require(bytesMax > 0, "bytes-max", "must be positive, got " + bytesMax);
    require(freeBytesMin >= 0, "free-bytes-min", "must not be negative, got " + freeBytesMin);
    within(copiesMax, COPIES_MAX, "copies-max");
    within(afterReads, READS_MAX, "after-reads");
    require(!within.isNegative() && !within.isZero(), "within", "must be positive, got " + within);
    within(countedMax, COUNTED_MAX, "counted-max");
    require(
        fillBytesPerSecondMax >= 0,
        "fill-bytes-per-second-max",
        "must not be negative, got " + fillBytesPerSecondMax);
  }

  /** Reads the settings out of {@code plain-copies}. */
  public static PlainCopySettings from(Config config) {
    String folder = config.getString("folder");
    return new PlainCopySettings(
        folder.isEmpty() ? Optional.empty() : Optional.of(Path.of(folder)),
        config.getBytes("bytes-max"),
        config.getBytes("free-bytes-min"),
        config.getInt("copies-max"),
        config.getInt("after-reads"),
        config.getDuration("within"),
        config.getInt("counted-max"),
        config.getBytes("fill-bytes-per-second-max"));
  }

  private static void within(int value, int max, String key) {
    require(value > 0 && value <= max, key, "must be from 1 to " + max + ", got " + value);
  }

  private static void require(boolean holds, String key, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(PATH + key + ": " + rule);
    }
  }
}
