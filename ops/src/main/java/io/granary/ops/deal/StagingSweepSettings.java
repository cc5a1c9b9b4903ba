package io.granary.ops.deal;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The settings of {@code granary.node.staging-sweep}; reference.conf says what each means.
 *
 * @param every from one round to the next
 * @param dealsMax deals that are asked in one round
 */
public record StagingSweepSettings(Duration every, int dealsMax) {
  private static final String PATH = "granary.node.staging-sweep";
  private static final Duration EVERY_MIN = Duration.ofSeconds(1);

  public StagingSweepSettings {
    require(every.compareTo(EVERY_MIN) >= 0, "every", "at least 1s", every);
    require(dealsMax >= 1, "deals-max", "at least 1", dealsMax);
  }

  /**
   * Reads {@code granary.node.staging-sweep} of {@code root}.
   *
   * @throws IllegalArgumentException naming the key whose value is refused
   */
  public static StagingSweepSettings from(Config root) {
    Config config = root.getConfig(PATH);
    return new StagingSweepSettings(config.getDuration("every"), config.getInt("deals-max"));
  }

  private static void require(boolean met, String key, String rule, Object value) {
    if (!met) {
      throw new IllegalArgumentException(PATH + "." + key + ": " + rule + ", not " + value);
    }
  }
}
