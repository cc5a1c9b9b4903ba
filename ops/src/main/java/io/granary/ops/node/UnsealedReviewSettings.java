package io.granary.ops.node;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The settings of {@code granary.node.unsealed-review}; reference.conf says what each means.
 *
 * @param every from one round to the next
 * @param sectorsMax sectors that are asked in one round
 * @param againAfter before a sector is asked a second time; doubled from time to time
 * @param againAfterMax never longer than that
 */
record UnsealedReviewSettings(
    Duration every, int sectorsMax, Duration againAfter, Duration againAfterMax) {
  private static final String PATH = "granary.node.unsealed-review";
  private static final Duration EVERY_MIN = Duration.ofSeconds(1);

  UnsealedReviewSettings {
    require(every.compareTo(EVERY_MIN) >= 0, "every", "at least 1s", every);
    require(sectorsMax >= 1, "sectors-max", "at least 1", sectorsMax);
    require(againAfter.compareTo(EVERY_MIN) >= 0, "again-after", "at least 1s", againAfter);
    require(
        againAfterMax.compareTo(againAfter) >= 0,
        "again-after-max",
        "at least again-after",
        againAfterMax);
  }

  /**
   * Reads {@code granary.node.unsealed-review} of {@code root}.
   *
   * @throws IllegalArgumentException naming the key whose value is refused
   */
  static UnsealedReviewSettings from(Config root) {
    Config config = root.getConfig(PATH);
    return new UnsealedReviewSettings(
        config.getDuration("every"),
        config.getInt("sectors-max"),
        config.getDuration("again-after"),
        config.getDuration("again-after-max"));
  }

  private static void require(boolean met, String key, String rule, Object value) {
    if (!met) {
      throw new IllegalArgumentException(PATH + "." + key + ": " + rule + ", not " + value);
    }
  }
}
