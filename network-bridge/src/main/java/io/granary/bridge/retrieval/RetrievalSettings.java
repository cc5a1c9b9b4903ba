package io.granary.bridge.retrieval;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.granary.bridge.retrieval.http.HttpSettings;
import io.granary.bridge.retrieval.plain.PlainCopySettings;
import io.granary.bridge.unixfs.WalkLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of retrieval, from {@code granary.network-bridge.retrieval}; reference.conf says what
 * each means.
 *
 * @param enabled whether a node of the role bridge serves at all
 * @param walk bounds of one walk over a DAG
 * @param readAhead of the blocks of a walk
 * @param indexLimit for one answer of the piece index
 * @param indexEvery between two looks for pieces that are not indexed
 * @param denylist file of what is not served
 * @param denylistEvery between two looks whether it has changed
 * @param serveEnded whether a piece whose deals have all ended is served
 * @param unseal of pieces without an unsealed copy
 * @param plainCopies of pieces that are read often
 */
public record RetrievalSettings(
    boolean enabled,
    HttpSettings http,
    WalkLimits walk,
    ReadAheadSettings readAhead,
    Duration indexLimit,
    Duration indexEvery,
    Optional<Path> denylist,
    Duration denylistEvery,
    boolean serveEnded,
    UnsealSettings unseal,
    PlainCopySettings plainCopies) {
  private static final String PATH = "granary.network-bridge.retrieval";

  public RetrievalSettings {
    positive(indexLimit, "index-limit");
    positive(indexEvery, "index-every");
    positive(denylistEvery, "denylist.check-every");
  }

  /**
   * Reads the settings out of the whole configuration.
   *
   * @throws ConfigException for a key that is missing or of the wrong type
   * @throws IllegalArgumentException naming a key whose value is out of range
   */
  public static RetrievalSettings from(Config root) {
    Config config = root.getConfig(PATH);
    String denylist = config.getString("denylist.file");
    return new RetrievalSettings(
        config.getBoolean("enabled"),
        http(config),
        walk(config.getConfig("walk")),
        readAhead(config.getConfig("read-ahead")),
        config.getDuration("index-limit"),
        config.getDuration("index-every"),
        denylist.isEmpty() ? Optional.empty() : Optional.of(Path.of(denylist)),
        config.getDuration("denylist.check-every"),
        config.getBoolean("serve-ended"),
        UnsealSettings.from(config.getConfig("unseal")),
        PlainCopySettings.from(config.getConfig("plain-copies")));
  }

  private static HttpSettings http(Config config) {
    return new HttpSettings(
        config.getString("host"),
        config.getInt("port"),
        config.getInt("loops"),
        config.getInt("workers"),
        size(config, "head-bytes-max", "head-bytes-max"),
        config.getInt("connections-max"),
        config.getInt("connections-of-address-max"),
        config.getInt("requests-max"),
        config.getInt("requests-of-address-max"),
        config.getBytes("bandwidth-of-address-max"),
        size(config, "part-bytes", "part-bytes"),
        size(config, "buffer-bytes", "buffer-bytes"),
        config.getDuration("head-limit"),
        config.getDuration("idle-limit"),
        config.getDuration("stall-limit"));
  }

  private static WalkLimits walk(Config config) {
    try {
      return new WalkLimits(
          size(config, "block-bytes-max", "walk.block-bytes-max"),
          config.getInt("path-names-max"),
          config.getInt("links-waiting-max"),
          config.getLong("blocks-max"),
          config.getInt("blocks-known-max"));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(PATH + ".walk: " + e.getMessage(), e);
    }
  }

  private static ReadAheadSettings readAhead(Config config) {
    return new ReadAheadSettings(
        config.getInt("threads"),
        config.getInt("waiting-max"),
        size(config, "bytes-of-answer-max", "read-ahead.bytes-of-answer-max"));
  }

  private static int size(Config config, String key, String shown) {
    long bytes = config.getBytes(key);
    if (bytes < 1 || bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          PATH + "." + shown + ": must be from 1 byte to below 2 GiB, got " + bytes);
    }
    return (int) bytes;
  }

  private static void positive(Duration value, String key) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(PATH + "." + key + ": must be positive, got " + value);
    }
  }
}
