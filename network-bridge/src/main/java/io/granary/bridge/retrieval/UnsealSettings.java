package io.granary.bridge.retrieval;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of decoding pieces that are asked for and have no unsealed copy, from {@code
 * granary.network-bridge.retrieval.unseal}; reference.conf says what each means.
 *
 * @param onDemand whether it is done at all
 * @param folder of the decoded pieces, when it is not the one in the data directory
 * @param cacheBytesMax of all decoded pieces, those under way included
 * @param freeBytesMin left free on the folder's file system
 * @param jobsMax pieces decoded at once
 * @param jobsOfAddressMax of them for one address
 * @param waitingMax clients that wait on their connection
 * @param waitLimit for a client on its connection
 * @param retryAfter told to a client that waited in vain
 * @param abandonAfter a decoding that nobody asked for in so long is given up
 * @param jobLimit for a piece to be decoded
 * @param failureMemory a piece that could not be decoded is not tried again for so long
 * @param keptMin a piece that was read in this time is not deleted
 */
public record UnsealSettings(
    boolean onDemand,
    Optional<Path> folder,
    long cacheBytesMax,
    long freeBytesMin,
    int jobsMax,
    int jobsOfAddressMax,
    int waitingMax,
    Duration waitLimit,
    Duration retryAfter,
    Duration abandonAfter,
    Duration jobLimit,
    Duration failureMemory,
    Duration keptMin) {
  private static final String PATH = "granary.network-bridge.retrieval.unseal.";

  public UnsealSettings {
    require(cacheBytesMax > 0, "cache-bytes-max", "must be positive, got " + cacheBytesMax);
    require(freeBytesMin >= 0, "free-bytes-min", "must not be negative, got " + freeBytesMin);
    require(jobsMax > 0, "jobs-max", "must be positive, got " + jobsMax);
    require(
        jobsOfAddressMax > 0, "jobs-of-address-max", "must be positive, got " + jobsOfAddressMax);
    require(waitingMax >= 0, "waiting-max", "must not be negative, got " + waitingMax);
    positive(waitLimit, "wait-limit");
    require(
        retryAfter.toSeconds() > 0, "retry-after", "must be a second or more, got " + retryAfter);
    require(
        abandonAfter.compareTo(retryAfter.plus(waitLimit)) > 0,
        "abandon-after",
        "must be more than retry-after and wait-limit together, got " + abandonAfter);
    positive(jobLimit, "job-limit");
    positive(failureMemory, "failure-memory");
    require(!keptMin.isNegative(), "kept-min", "must not be negative, got " + keptMin);
  }

  /** Reads the settings out of those of retrieval. */
  static UnsealSettings from(Config config) {
    String folder = config.getString("folder");
    return new UnsealSettings(
        config.getBoolean("on-demand"),
        folder.isEmpty() ? Optional.empty() : Optional.of(Path.of(folder)),
        config.getBytes("cache-bytes-max"),
        config.getBytes("free-bytes-min"),
        config.getInt("jobs-max"),
        config.getInt("jobs-of-address-max"),
        config.getInt("waiting-max"),
        config.getDuration("wait-limit"),
        config.getDuration("retry-after"),
        config.getDuration("abandon-after"),
        config.getDuration("job-limit"),
        config.getDuration("failure-memory"),
        config.getDuration("kept-min"));
  }

  private static void positive(Duration value, String key) {
    require(!value.isNegative() && !value.isZero(), key, "must be positive, got " + value);
  }

  private static void require(boolean holds, String key, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(PATH + key + ": " + rule);
    }
  }
}
