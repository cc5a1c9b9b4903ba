package io.granary.bridge.transfer;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Settings of transfers, from {@code granary.network-bridge.transfers}; reference.conf says what
 * each means.
 *
 * @param transfersMax that run at once
 * @param waitingMax that wait for one of them to end
 * @param bytesPerSecondMax of all transfers together; 0 for no bound
 * @param connectLimit for one address to answer, TLS included
 * @param stallLimit in which {@code stallBytesMin} must come
 * @param redirectsMax followed
 * @param addressesMax of a name that are tried
 * @param headBytesMax of an answer's head
 * @param progressBytes after which progress is told, when {@code progressEvery} is over, too
 * @param diskReserveBytes left free in staging
 * @param allowPrivateAddresses whether hosts of private networks may be reached
 * @param importFolders which operators' files have to lie in, absolute; none for anywhere
 */
public record TransferSettings(
    int transfersMax,
    int waitingMax,
    long bytesPerSecondMax,
    Duration connectLimit,
    Duration stallLimit,
    long stallBytesMin,
    int redirectsMax,
    int addressesMax,
    int headBytesMax,
    long progressBytes,
    Duration progressEvery,
    long diskReserveBytes,
    boolean allowPrivateAddresses,
    List<Path> importFolders) {
  /** The key of {@code importFolders}. */
  static final String IMPORT_FOLDERS = "granary.network-bridge.transfers.import-folders";

  private static final String PATH = "granary.network-bridge.transfers";
  private static final int HEAD_BYTES_LIMIT = 1 << 20;

  public TransferSettings {
    positive(transfersMax, "transfers-max");
    positive(waitingMax, "waiting-max");
    require(bytesPerSecondMax >= 0, "bytes-per-second-max", "must not be negative");
    positive(connectLimit, "connect-limit");
    positive(stallLimit, "stall-limit");
    positive(stallBytesMin, "stall-bytes-min");
    require(redirectsMax >= 0, "redirects-max", "must not be negative");
    positive(addressesMax, "addresses-max");
    require(
        headBytesMax > 0 && headBytesMax <= HEAD_BYTES_LIMIT,
        "head-bytes-max",
        "must be from 1 to " + HEAD_BYTES_LIMIT);
    positive(progressBytes, "progress-bytes");
    require(!progressEvery.isNegative(), "progress-every", "must not be negative");
    require(diskReserveBytes >= 0, "disk-reserve", "must not be negative");
    importFolders = List.copyOf(importFolders);
    for (Path folder : importFolders) {
      require(folder.isAbsolute(), "import-folders", "must be absolute paths, got " + folder);
    }
  }

  /**
   * Reads the settings out of the whole configuration.
   *
   * @throws ConfigException for a key that is missing or of the wrong type
   * @throws IllegalArgumentException naming a key whose value is out of range
   */
  public static TransferSettings from(Config root) {
    Config config = root.getConfig(PATH);
    return new TransferSettings(
        config.getInt("transfers-max"),
        config.getInt("waiting-max"),
        config.getBytes("bytes-per-second-max"),
        config.getDuration("connect-limit"),
        config.getDuration("stall-limit"),
        config.getBytes("stall-bytes-min"),
        config.getInt("redirects-max"),
        config.getInt("addresses-max"),
        (int) Math.min(config.getBytes("head-bytes-max"), Integer.MAX_VALUE),
        config.getBytes("progress-bytes"),
        config.getDuration("progress-every"),
        config.getBytes("disk-reserve"),
        config.getBoolean("allow-private-addresses"),
        config.getStringList("import-folders").stream().map(Path::of).toList());
  }

  private static void positive(long value, String key) {
    require(value > 0, key, "must be positive, got " + value);
  }

  private static void positive(Duration value, String key) {
    require(!value.isNegative() && !value.isZero(), key, "must be positive, got " + value);
  }

  private static void require(boolean holds, String key, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(PATH + "." + key + ": " + rule);
    }
  }
}
