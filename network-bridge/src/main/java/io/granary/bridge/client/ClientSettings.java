package io.granary.bridge.client;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Bounds of a data owner's client, from {@code granary.network-bridge.client}; reference.conf says
 * what each means.
 *
 * @param openTries tries to open a stream to a provider
 * @param openPause before the second try; doubled each time
 * @param answerLimit for a provider's answer
 * @param chainLimit for a chain node's answer
 * @param landLimit for a message of ours to land
 * @param pollEvery between two questions after a deal
 * @param pollFailuresMax questions in a row without an answer, after which following ends
 * @param serveThreads requests for a deal's data that are served at once
 * @param serveWaiting connections that wait to be taken
 * @param httpConnectLimit for a provider's HTTP server to be reached
 * @param httpAnswerLimit until the head of its answer is there
 * @param httpSilentLimit without a byte of its answer
 * @param downloadResumesMax times that an answer which broke off is taken up again
 * @param downloadResumePause before each of them
 * @param downloadBytesMax of one answer
 * @param carBlocksMax blocks of a CAR that is read back, up to 96 bytes of memory each
 */
public record ClientSettings(
    int openTries,
    Duration openPause,
    Duration answerLimit,
    Duration chainLimit,
    Duration landLimit,
    Duration pollEvery,
    int pollFailuresMax,
    int serveThreads,
    int serveWaiting,
    Duration httpConnectLimit,
    Duration httpAnswerLimit,
    Duration httpSilentLimit,
    int downloadResumesMax,
    Duration downloadResumePause,
    long downloadBytesMax,
    int carBlocksMax) {
  private static final String PATH = "granary.network-bridge.client";

  public ClientSettings {
    positive(openTries, "open-tries");
    positive(openPause.toMillis(), "open-pause");
    positive(answerLimit.toMillis(), "answer-limit");
    positive(chainLimit.toMillis(), "chain-limit");
    positive(landLimit.toMillis(), "land-limit");
    positive(pollEvery.toMillis(), "poll-every");
    positive(pollFailuresMax, "poll-failures-max");
    positive(serveThreads, "serve-threads");
    positive(serveWaiting, "serve-waiting");
    positive(httpConnectLimit.toMillis(), "http-connect-limit");
    positive(httpAnswerLimit.toMillis(), "http-answer-limit");
    positive(httpSilentLimit.toMillis(), "http-silent-limit");
    positive(downloadResumesMax, "download-resumes-max");
    positive(downloadResumePause.toMillis(), "download-resume-pause");
    positive(downloadBytesMax, "download-bytes-max");
    positive(carBlocksMax, "car-blocks-max");
  }

  /**
   * Reads the settings out of the whole configuration.
   *
   * @throws com.typesafe.config.ConfigException for a key that is missing or of the wrong type
   * @throws IllegalArgumentException naming a key whose value is out of range
   */
  public static ClientSettings from(Config root) {
    Config config = root.getConfig(PATH);
    return new ClientSettings(
        config.getInt("open-tries"),
        config.getDuration("open-pause"),
        config.getDuration("answer-limit"),
        config.getDuration("chain-limit"),
        config.getDuration("land-limit"),
        config.getDuration("poll-every"),
        config.getInt("poll-failures-max"),
        config.getInt("serve-threads"),
        config.getInt("serve-waiting"),
        config.getDuration("http-connect-limit"),
        config.getDuration("http-answer-limit"),
        config.getDuration("http-silent-limit"),
        config.getInt("download-resumes-max"),
        config.getDuration("download-resume-pause"),
        config.getBytes("download-bytes-max"),
        config.getInt("car-blocks-max"));
  }

  /** The same, asking after a deal at another pace. */
  public ClientSettings withPollEvery(Duration pace) {
    return new ClientSettings(
        openTries,
        openPause,
        answerLimit,
        chainLimit,
        landLimit,
        pace,
        pollFailuresMax,
        serveThreads,
        serveWaiting,
        httpConnectLimit,
        httpAnswerLimit,
        httpSilentLimit,
        downloadResumesMax,
        downloadResumePause,
        downloadBytesMax,
        carBlocksMax);
  }

  private static void positive(long value, String key) {
    if (value <= 0) {
      throw new IllegalArgumentException(PATH + "." + key + ": must be positive, got " + value);
    }
  }
}
