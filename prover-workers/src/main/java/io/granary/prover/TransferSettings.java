package io.granary.prover;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings under {@code granary.prover.transfer}: how nodes hand each other bytes.
 *
 * @param advertisedHost empty for the host that is bound
 * @param silenceLimit how long a peer may say nothing
 * @param keepAlive how often a peer that works says so
 * @param vanillaLimit how long another node may take to read what it is asked for
 */
public record TransferSettings(
    String host,
    int port,
    String advertisedHost,
    Optional<Path> secretFile,
    int connectionsMax,
    Duration connectLimit,
    Duration silenceLimit,
    Duration keepAlive,
    long requestBytesMax,
    int vanillaRunning,
    int vanillaWaiting,
    Duration vanillaLimit,
    int fetchParallel,
    long scratchBytesMax,
    boolean copies,
    int copiesWaiting) {

  public TransferSettings {
    if (host.isBlank()) {
      throw new ConfigException.BadValue("granary.prover.transfer.host", "is empty");
    }
    if (port < 0 || port > 65_535) {
      throw new ConfigException.BadValue(
          "granary.prover.transfer.port", "must be 0 to 65535, got " + port);
    }
    positive("connections-max", connectionsMax);
    positive("connect-limit", connectLimit.toMillis());
    positive("silence-limit", silenceLimit.toMillis());
    positive("keep-alive", keepAlive.toMillis());
    positive("request-max", requestBytesMax);
    positive("vanilla-running", vanillaRunning);
    positive("vanilla-waiting", vanillaWaiting);
    positive("vanilla-limit", vanillaLimit.toMillis());
    positive("fetch-parallel", fetchParallel);
    positive("scratch-max", scratchBytesMax);
    positive("copies-waiting", copiesWaiting);
    if (keepAlive.multipliedBy(2).compareTo(silenceLimit) > 0) {
      throw new ConfigException.BadValue(
          "granary.prover.transfer.keep-alive",
          "must be at most half of silence-limit, " + silenceLimit + ", got " + keepAlive);
    }
  }

  static TransferSettings from(Config c) {
    return new TransferSettings(
        c.getString("host"),
        c.getInt("port"),
        c.getString("advertised-host"),
        Optional.of(c.getString("secret-file"))
            .filter(file -> !file.isBlank())
            .map(file -> Path.of(file).toAbsolutePath()),
        c.getInt("connections-max"),
        c.getDuration("connect-limit"),
        c.getDuration("silence-limit"),
        c.getDuration("keep-alive"),
        c.getBytes("request-max"),
        c.getInt("vanilla-running"),
        c.getInt("vanilla-waiting"),
        c.getDuration("vanilla-limit"),
        c.getInt("fetch-parallel"),
        c.getBytes("scratch-max"),
        c.getBoolean("copies"),
        c.getInt("copies-waiting"));
  }

  private static void positive(String key, long value) {
    if (value <= 0) {
      throw new ConfigException.BadValue(
          "granary.prover.transfer." + key, "must be above 0, got " + value);
    }
  }
}
