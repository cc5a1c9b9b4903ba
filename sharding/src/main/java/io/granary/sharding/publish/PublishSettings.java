package io.granary.sharding.publish;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The settings of {@code granary.deals.publish}, and of {@code granary.deals.settle};
 * reference.conf says what each means.
 *
 * @param dealsMax deals of one message
 * @param waitMax how long a deal waits for others
 * @param startSlackEpochs from the head to the start of a deal at least
 * @param usefulEpochs how long a batch is worth being signed
 * @param confidenceEpochs how deep its outcome lies before it counts
 * @param againEpochs how long what could not be published waits for the next look
 * @param queueMax deals that may wait
 * @param dropsMax messages that land without a deal before it is refused
 * @param escrow what may be added to the provider's
 * @param settle how the market is made to pay
 */
public record PublishSettings(
    int dealsMax,
    Duration waitMax,
    long startSlackEpochs,
    long usefulEpochs,
    long confidenceEpochs,
    long againEpochs,
    int queueMax,
    int dropsMax,
    EscrowSettings escrow,
    SettleSettings settle) {
  static final String PATH = "granary.deals.publish";

  public PublishSettings {
    atLeast(1, dealsMax, "deals-max");
    atLeast(0, waitMax.toMillis(), "wait-max");
    atLeast(1, startSlackEpochs, "start-slack-epochs");
    atLeast(1, usefulEpochs, "useful-epochs");
    atLeast(1, confidenceEpochs, "confidence-epochs");
    atLeast(1, againEpochs, "again-epochs");
    atLeast(1, queueMax, "queue-max");
    atLeast(1, dropsMax, "drops-max");
  }

  /**
   * Reads {@code granary.deals.publish} and {@code granary.deals.settle} of {@code root}.
   *
   * @throws IllegalArgumentException naming the key whose value is refused
   */
  public static PublishSettings from(Config root) {
    Config config = root.getConfig(PATH);
    return new PublishSettings(
        config.getInt("deals-max"),
        config.getDuration("wait-max"),
        config.getLong("start-slack-epochs"),
        config.getLong("useful-epochs"),
        config.getLong("confidence-epochs"),
        config.getLong("again-epochs"),
        config.getInt("queue-max"),
        config.getInt("drops-max"),
        EscrowSettings.from(config.getConfig("escrow")),
        SettleSettings.from(root));
  }

  private static void atLeast(long least, long value, String key) {
    if (value < least) {
      throw new IllegalArgumentException(
          PATH + "." + key + ": at least " + least + ", not " + value);
    }
  }
}
