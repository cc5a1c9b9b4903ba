package io.granary.sharding.deadline;

import com.typesafe.config.Config;

/**
 * How a deadline waits. All are epochs.
 *
 * @param challengeConfidence from the challenge to the run's opening: what a small re-org may cost
 * @param submitAfterOpen from open to the first submission, so that a small re-org does not put the
 *     message before the window
 * @param closeGrace from close to the end of the run: a landing may be heard of, or taken back,
 *     that much later
 */
public record DeadlineSettings(long challengeConfidence, long submitAfterOpen, long closeGrace) {
  public DeadlineSettings {
    if (challengeConfidence < 1 || submitAfterOpen < 0 || closeGrace < 1) {
      throw new IllegalArgumentException(
          "deadline settings: confidence and grace must be at least 1, submit at least 0");
    }
  }

  /**
   * Reads {@code granary.sharding.deadline} of {@code root}. Lotus waits 1 and 4 epochs
   * (storage/wdpost); one after open is enough where a message is sent again.
   */
  public static DeadlineSettings from(Config root) {
    Config config = root.getConfig("granary.sharding.deadline");
    return new DeadlineSettings(
        config.getLong("challenge-confidence-epochs"),
        config.getLong("submit-after-open-epochs"),
        config.getLong("close-grace-epochs"));
  }
}
